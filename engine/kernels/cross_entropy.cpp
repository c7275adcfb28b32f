// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/cross_entropy.h"

#include "engine/kernels/loss_rows.h"
#include "engine/kernels/quantized_rows.h"
#include "engine/kernels/registry.h"
#include "engine/kernels/tracking.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

namespace engine::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Losses of rows of logits [rows, vocabulary], written behind each other.
struct RowLosses
{
    Tensor losses;  // [rows], float32 or float64
    Tensor correct; // uint8 [rows]

    RowLosses(int64_t rows, const Tensor& logits)
        : losses(at::empty({rows},
                           logits.options().dtype(
                               logits.scalar_type() == at::kDouble ? at::kDouble : at::kFloat))),
          correct(at::empty({rows}, logits.options().dtype(at::kByte)))
    {
    }

    void compute(Tensor& logits,
                 const Tensor& targets,
                 int64_t firstRow,
                 const LossForm& form,
                 bool withGradient)
    {
        if (const DeviceKernels* device = kernelsFor(logits)) {
            const int64_t count = logits.size(0);
            Tensor lossPart = losses.narrow(0, firstRow, count);
            Tensor correctPart = correct.narrow(0, firstRow, count);
            const Tensor targetPart = targets.narrow(0, firstRow, count);
            if (form.smoothing > 0 || form.cap > 0) { // the plug-in's kernel knows neither
                composedRowLosses(logits, targetPart, form, withGradient, lossPart, correctPart);
            } else {
                device->crossEntropy(logits, targetPart, withGradient, lossPart, correctPart);
            }
            return;
        }
        const int64_t vocabulary = logits.size(1);
        const auto* target = targets.const_data_ptr<int64_t>() + firstRow;
        auto* isCorrect = correct.data_ptr<uint8_t>() + firstRow;
        AT_DISPATCH_FLOATING_TYPES_AND2(
            at::kBFloat16, at::kHalf, logits.scalar_type(), "crossEntropy", [&] {
                auto* logit = logits.data_ptr<scalar_t>();
                auto* loss = losses.data_ptr<Computed<scalar_t>>() + firstRow;
                at::parallel_for(0, logits.size(0), 1, [&](int64_t begin, int64_t end) {
                    for (int64_t row = begin; row < end; ++row) {
                        if (target[row] < 0) { // room of placed targets that is not used
                            loss[row] = 0;
                            isCorrect[row] = 0;
                            std::fill_n(logit + row * vocabulary, vocabulary, scalar_t(0));
                            continue;
                        }
                        lossOfRow(logit + row * vocabulary,
                                  vocabulary,
                                  target[row],
                                  form,
                                  withGradient,
                                  loss + row,
                                  isCorrect + row);
                    }
                });
            });
    }

    // One fixed order, whatever the threads.
    Tensor sum() const
    {
        const Tensor wide = losses.to(at::kDouble);
        if (!wide.is_cpu()) {
            return wide.sum().to(losses.scalar_type());
        }
        const auto* loss = wide.const_data_ptr<double>();
        double total = 0;
        for (int64_t row = 0; row < wide.numel(); ++row) {
            total += loss[row];
        }
        return at::scalar_tensor(total, losses.options());
    }
    int64_t correctCount() const { return correct.sum().item<int64_t>(); }
};

void multiplyHead(const Tensor& rows, const FrozenMatrix& head, Tensor& logits)
{
    if (head.quantized != nullptr) {
        multiplyOutput(rows, *head.quantized, head.bias, logits);
    } else if (head.bias.defined()) {
        at::addmm_out(logits, head.bias, rows, head.weight.t());
    } else {
        at::mm_out(logits, rows, head.weight.t());
    }
}

// Losses of hidden [rows, width] under a head, chunk by chunk; gradient [rows, width] is filled
// when it is defined.
RowLosses headLosses(const Tensor& hidden,
                     const FrozenMatrix& stored,
                     const Tensor& targets,
                     const LossForm& form,
                     Tensor gradient)
{
    const int64_t rows = hidden.size(0);
    const int64_t vocabulary = outputsOf(stored);
    FrozenMatrix head = stored;
    if (head.quantized != nullptr && !hidden.is_cpu()) { // dense on a GPU, for the time of the loss
        head.weight = dequantize(*head.quantized, hidden.scalar_type());
        head.quantized = nullptr;
    }
    // Smoothing and a cap make float32 copies of a chunk.
    const bool isComposed = form.smoothing > 0 || form.cap > 0;
    const int64_t bytes = hidden.is_cpu() || isComposed ? kLogitBytes : kDeviceLogitBytes;
    const int64_t chunk =
        std::clamp<int64_t>(bytes / (vocabulary * static_cast<int64_t>(hidden.element_size())),
                            1,
                            std::max<int64_t>(rows, 1));
    Tensor workspace = at::empty({chunk, vocabulary}, hidden.options());
    RowLosses result(rows, hidden);
    for (int64_t first = 0; first < rows; first += chunk) {
        const int64_t count = std::min(chunk, rows - first);
        Tensor logits = workspace.narrow(0, 0, count);
        const Tensor part = hidden.narrow(0, first, count);
        multiplyHead(part, head, logits);
        result.compute(logits, targets, first, form, gradient.defined());
        if (gradient.defined()) {
            Tensor target = gradient.narrow(0, first, count);
            if (head.quantized != nullptr) {
                target.copy_(multiplyInput(logits, *head.quantized));
            } else {
                at::mm_out(target, logits, head.weight);
            }
        }
    }
    return result;
}

// The trained rows, found on the processor, where the hidden states are.
TrainedRows rowsBeside(const Tensor& hidden, const Tensor& targets, int64_t vocabulary)
{
    const TrainedRows rows = trainedRows(targets.cpu(), vocabulary);
    return {rows.rows.to(hidden.device()), rows.targets.to(hidden.device())};
}

// Puts the saved gradient of the trained rows, times the loss' gradient, back among all tokens.
Tensor spread(const Tensor& gradient, const Tensor& rows, int64_t tokens, const Tensor& factor)
{
    Tensor result = at::zeros({tokens, gradient.size(1)}, gradient.options());
    result.index_copy_(0, rows, gradient.mul(factor.to(gradient.scalar_type())));
    return result;
}

class FrozenHeadLoss : public torch::autograd::Function<FrozenHeadLoss>
{
public:
    static Tensor forward(AutogradContext* context,
                          const Tensor& hidden,
                          const FrozenMatrix& head,
                          const TrainedRows& trained,
                          const LossForm& form,
                          int64_t* correct)
    {
        const Tensor part = hidden.index_select(0, trained.rows);
        const Tensor gradient = at::empty(part.sizes(), part.options());
        const RowLosses result = headLosses(part, head, trained.targets, form, gradient);
        *correct = result.correctCount();
        context->save_for_backward({gradient, trained.rows});
        context->saved_data["tokens"] = hidden.size(0);
        return result.sum();
    }

    static variable_list backward(AutogradContext* context, const variable_list& outputGradients)
    {
        const variable_list saved = context->get_saved_variables();
        const int64_t tokens = context->saved_data["tokens"].toInt();
        return {spread(saved[0], saved[1], tokens, outputGradients[0]), {}, {}, {}, {}};
    }
};

// As FrozenHeadLoss with rows in buffers of a fixed size: rows without a target have no gradient,
// and every token looks up its row.
class PlacedHeadLoss : public torch::autograd::Function<PlacedHeadLoss>
{
public:
    static Tensor forward(AutogradContext* context,
                          const Tensor& hidden,
                          const FrozenMatrix& head,
                          const PlacedTargets& placed,
                          const LossForm& form,
                          Tensor* correct)
    {
        const int64_t room = placed.rows.numel();
        const Tensor part = hidden.index_select(0, placed.rows);
        const Tensor gradient = at::zeros({room + 1, part.size(1)}, part.options());
        const RowLosses result =
            headLosses(part, head, placed.targets, form, gradient.narrow(0, 0, room));
        *correct = result.correct.sum();
        context->save_for_backward({gradient, placed.places});
        return result.sum();
    }

    static variable_list backward(AutogradContext* context, const variable_list& outputGradients)
    {
        const variable_list saved = context->get_saved_variables();
        const Tensor factor = outputGradients[0].to(saved[0].scalar_type());
        return {saved[0].index_select(0, saved[1]).mul_(factor), {}, {}, {}, {}};
    }
};

class LogitLoss : public torch::autograd::Function<LogitLoss>
{
public:
    static Tensor forward(AutogradContext* context,
                          const Tensor& logits,
                          const TrainedRows& trained,
                          const LossForm& form,
                          bool withGradient,
                          int64_t* correct)
    {
        Tensor part = logits.index_select(0, trained.rows);
        RowLosses result(part.size(0), part);
        result.compute(part, trained.targets, 0, form, withGradient);
        *correct = result.correctCount();
        if (withGradient) {
            context->save_for_backward({part, trained.rows});
            context->saved_data["tokens"] = logits.size(0);
        }
        return result.sum();
    }

    static variable_list backward(AutogradContext* context, const variable_list& outputGradients)
    {
        const variable_list saved = context->get_saved_variables();
        const int64_t tokens = context->saved_data["tokens"].toInt();
        return {spread(saved[0], saved[1], tokens, outputGradients[0]), {}, {}, {}, {}};
    }
};

} // namespace

TokenLoss frozenHeadCrossEntropy(const Tensor& hidden,
                                 const FrozenMatrix& head,
                                 const Tensor& targets,
                                 const LossForm& form)
{
    const TrainedRows trained = rowsBeside(hidden, targets, outputsOf(head));
    TokenLoss loss;
    loss.tokens = trained.rows.numel();
    if (isTracked(hidden)) {
        loss.lossSum = FrozenHeadLoss::apply(hidden, head, trained, form, &loss.correct);
    } else {
        const Tensor part = hidden.index_select(0, trained.rows);
        const RowLosses result = headLosses(part, head, trained.targets, form, {});
        loss.correct = result.correctCount();
        loss.lossSum = result.sum();
    }
    return loss;
}

TokenLoss frozenHeadCrossEntropy(const Tensor& hidden,
                                 const FrozenMatrix& head,
                                 const PlacedTargets& targets,
                                 const LossForm& form)
{
    TokenLoss loss;
    if (isTracked(hidden)) {
        loss.lossSum = PlacedHeadLoss::apply(hidden, head, targets, form, &loss.correctSum);
    } else {
        const RowLosses result =
            headLosses(hidden.index_select(0, targets.rows), head, targets.targets, form, {});
        loss.correctSum = result.correct.sum();
        loss.lossSum = result.sum();
    }
    return loss;
}

TokenLoss crossEntropy(const Tensor& logits, const Tensor& targets, const LossForm& form)
{
    const TrainedRows trained = rowsBeside(logits, targets, logits.size(1));
    TokenLoss loss;
    loss.tokens = trained.rows.numel();
    loss.lossSum = LogitLoss::apply(logits, trained, form, isTracked(logits), &loss.correct);
    return loss;
}

Tensor tokenNll(const Tensor& hidden, const FrozenMatrix& head, const Tensor& targets, double cap)
{
    const at::NoGradGuard withoutGradient;
    const TrainedRows trained = rowsBeside(hidden, targets, outputsOf(head));
    const Tensor part = hidden.index_select(0, trained.rows);
    const RowLosses result = headLosses(part, head, trained.targets, {.cap = cap}, {});
    return at::zeros({hidden.size(0)}, result.losses.options())
        .index_copy_(0, trained.rows, result.losses);
}

} // namespace engine::kernels
