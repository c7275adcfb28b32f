// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/packed_cross_entropy.h"

#include "engine/kernels/packed_product.h"
#include "engine/kernels/profile.h"
#include "engine/kernels/tracking.h"
#include "engine/kernels/unpacked_head.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

namespace engine::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// A thread's buffers, kept between steps.
struct Scratch
{
    AlignedBuffer hidden;
    AlignedBuffer logits;
    AlignedBuffer gradient; // float32
};

template <typename T>
class HeadRows
{
public:
    HeadRows(const HeadInput<T>& input, const PackedHead& head) : m_input(input), m_head(head) {}

    // gradient [trained, width], or null.
    HeadLosses compute(T* gradient, PoolTeam& team) const
    {
        const int64_t all = m_input.count;
        HeadLosses result(all);
        const int64_t threads = team.size();
        const int64_t most = headChunkRows(m_head.vocabulary * int64_t{sizeof(T)}, threads);
        team.each(threads, [&](int64_t thread, int) {
            const int64_t first = all * thread / threads;
            const int64_t rows = all * (thread + 1) / threads - first;
            const int64_t parts = (rows + most - 1) / most;
            for (int64_t part = 0; part < parts; ++part) {
                const int64_t begin = rows * part / parts;
                chunk(first + begin, rows * (part + 1) / parts - begin, gradient, result);
            }
        });
        return result;
    }

private:
    void chunk(int64_t first, int64_t count, T* gradient, HeadLosses& result) const
    {
        const ProfileScope scope(Part::Head);
        thread_local Scratch tScratch;
        const int64_t hiddenStride = headStride<T>(m_head.forOutput->depth());
        const int64_t logitStride = headStride<T>(m_head.forOutput->features());
        tScratch.hidden.reserve(static_cast<std::size_t>(count * hiddenStride) * sizeof(T));
        tScratch.logits.reserve(static_cast<std::size_t>(count * logitStride) * sizeof(T));
        auto* const hidden = tScratch.hidden.as<T>();
        auto* const logits = tScratch.logits.as<T>();
        for (int64_t row = 0; row < count; ++row) {
            m_input.copyRow(first + row, m_head.forOutput->depth(), hidden + row * hiddenStride);
        }
        PackedProduct product;
        product.main = {hidden, hiddenStride, m_head.forOutput};
        product.m = count;
        product.panels = m_head.forOutput->panels();
        product.c = logits;
        product.cStride = logitStride;
        product.bias = m_head.bias;
        packedKernels()->product(product);
        for (int64_t row = 0; row < count; ++row) {
            m_input.lose(first + row,
                         m_head.vocabulary,
                         gradient != nullptr,
                         logits + row * logitStride,
                         result);
        }
        if (gradient != nullptr) {
            inputGradient(logits, logitStride, count, tScratch, gradient + first * m_input.width);
        }
    }

    // gradient [count, width] = logits' gradient · W, over blocks of the vocabulary that stay in
    // cache.
    void inputGradient(
        const T* logits, int64_t logitStride, int64_t count, Scratch& scratch, T* gradient) const
    {
        const PackedMatrix& matrix = *m_head.forInput;
        const int64_t stride = matrix.features();
        scratch.gradient.reserve(static_cast<std::size_t>(count * stride) * sizeof(float));
        auto* const sums = scratch.gradient.as<float>();
        for (int64_t depth = 0; depth < matrix.depth(); depth += kHeadDepthBlock) {
            PackedProduct product;
            product.main = {logits, logitStride, &matrix};
            product.main.limit = {depth, std::min(depth + kHeadDepthBlock, matrix.depth())};
            product.m = count;
            product.panels = matrix.panels();
            product.c = sums;
            product.cStride = stride;
            product.residual = depth == 0 ? nullptr : sums;
            product.residualStride = stride;
            product.isFloatOutput = true;
            packedKernels()->product(product);
        }
        for (int64_t row = 0; row < count; ++row) {
            for (int64_t i = 0; i < m_input.width; ++i) {
                gradient[row * m_input.width + i] = narrowed<T>(sums[row * stride + i]);
            }
        }
    }

    const HeadInput<T>& m_input;
    PackedHead m_head;
};

// call(T()) with the numbers' type.
template <typename Call>
auto withTypeOf(const Tensor& numbers, Call call)
{
    return numbers.scalar_type() == at::kFloat ? call(0.0F) : call(c10::BFloat16());
}

// `gradient` is undefined or [trained, width], `logits` null or where to leave their gradient.
HeadLosses lossesOf(const Tensor& hidden,
                    const PackedHead& head,
                    const TrainedRows& trained,
                    const LossForm& form,
                    const Tensor& gradient,
                    PoolTeam& team,
                    void* logits = nullptr)
{
    return withTypeOf(hidden, [&]<typename T>(T) {
        T* const to = gradient.defined() ? static_cast<T*>(gradient.data_ptr()) : nullptr;
        const HeadInput<T> input(hidden, trained, form);
        return head.room != nullptr
                   ? unpackedHeadLosses<T>(input, head, {to, static_cast<T*>(logits)}, team)
                   : HeadRows<T>(input, head).compute(to, team);
    });
}

// What the backward of a trained head needs, in memory of its room.
class HeldHead : public torch::CustomClassHolder
{
public:
    HeldHead(const PackedHead& head,
             const Tensor& hidden,
             const TrainedRows& trained,
             PoolTeam& team)
        : m_head(head), m_hidden(hidden.detach()), m_rows(trained), m_team(team)
    {
        std::vector<AlignedBuffer>& free = head.room->forWeight;
        if (!free.empty()) {
            m_logits = std::move(free.back());
            free.pop_back();
        }
        m_logits.reserve(withTypeOf(hidden, [&]<typename T>(T) {
            return static_cast<std::size_t>(trained.rows.numel() * headStride<T>(head.vocabulary))
                   * sizeof(T);
        }));
    }
    ~HeldHead() override { m_head.room->forWeight.push_back(std::move(m_logits)); }

    void* logits() { return m_logits.as<void>(); }

    // factor times the gradient of the weight, of which the rows take their part.
    void addGradient(float factor)
    {
        withTypeOf(m_hidden, [&]<typename T>(T) {
            HeadRoom& room = *m_head.room;
            const HeadInput<T> input(m_hidden, m_rows, {});
            const int64_t padded = roundedUp(input.width, kPanelFeatures);
            const int64_t stride = headStride<T>(padded);
            room.hidden.reserve(static_cast<std::size_t>(input.count * stride) * sizeof(T));
            const RowsOf<T> rows{room.hidden.as<T>(), stride};
            for (int64_t row = 0; row < input.count; ++row) {
                input.copyRow(row, padded, rows.row(row));
                for (int64_t i = 0; i < input.width; ++i) {
                    rows.row(row)[i] = narrowed<T>(factor * widened(rows.row(row)[i]));
                }
            }
            room.packed.layOut(input.count, input.width, kPackedTypeOf<T>);
            const WeightRows<T> from{{rows.data, rows.stride}, &room.packed};
            const WeightSums<T> sums{{m_logits.as<T>(), headStride<T>(m_head.vocabulary)},
                                     m_head.vocabulary,
                                     &room.packed,
                                     leafGradient(m_head.trained)};
            addWeightGradients<T>({&from, 1}, {&sums, 1}, m_team);
        });
    }

private:
    PackedHead m_head;
    Tensor m_hidden;
    TrainedRows m_rows;
    PoolTeam& m_team;
    AlignedBuffer m_logits;
};

Tensor sumOf(const HeadLosses& losses)
{
    return at::scalar_tensor(losses.sum(), at::kFloat);
}

// result [tokens, width]: factor times the gradient of the trained rows, which ascend, in their
// places, and 0 elsewhere.
template <typename T>
LORA_CLONES void
spread(const Tensor& gradient, const Tensor& rows, float factor, const Tensor& result)
{
    const int64_t width = gradient.size(1);
    const auto* trained = rows.const_data_ptr<int64_t>();
    const auto* const last = trained + rows.numel();
    const auto* from = static_cast<const T*>(gradient.const_data_ptr());
    auto* to = static_cast<T*>(result.data_ptr());
    for (int64_t token = 0; token < result.size(0); ++token, to += width) {
        if (trained == last || *trained != token) {
            std::fill_n(to, width, T(0));
            continue;
        }
        for (int64_t i = 0; i < width; ++i) {
            to[i] = narrowed<T>(factor * widened(from[i]));
        }
        from += width;
        ++trained;
    }
}

class PackedHeadLoss : public torch::autograd::Function<PackedHeadLoss>
{
public:
    //   weight  the head's where it is trained, else nothing
    static Tensor forward(AutogradContext* context,
                          const Tensor& hidden,
                          at::TensorList weight,
                          const PackedHead& head,
                          const TrainedRows& trained,
                          const LossForm& form,
                          int64_t* correct,
                          PoolTeam* team)
    {
        Tensor gradient; // undefined: none is needed
        if (hidden.requires_grad()) {
            gradient = at::empty({trained.rows.numel(), hidden.size(1)}, hidden.options());
        }
        c10::intrusive_ptr<HeldHead> held;
        if (!weight.empty()) {
            held = c10::make_intrusive<HeldHead>(head, hidden, trained, *team);
            context->saved_data["held"] =
                at::IValue::make_capsule(c10::intrusive_ptr<torch::CustomClassHolder>(held));
        }
        const HeadLosses losses =
            lossesOf(hidden, head, trained, form, gradient, *team, held ? held->logits() : nullptr);
        *correct = losses.correctCount();
        context->save_for_backward({gradient, trained.rows});
        context->saved_data["tokens"] = hidden.size(0);
        return sumOf(losses);
    }

    static variable_list backward(AutogradContext* context, const variable_list& outputGradients)
    {
        const ProfileScope scope(Part::Head);
        const variable_list saved = context->get_saved_variables();
        const Tensor& gradient = saved[0];
        const float factor = outputGradients[0].item<float>();
        variable_list result(1);
        if (gradient.defined()) {
            result[0] = at::empty({context->saved_data["tokens"].toInt(), gradient.size(1)},
                                  gradient.options());
            withTypeOf(gradient,
                       [&]<typename T>(T) { spread<T>(gradient, saved[1], factor, result[0]); });
        }
        const auto found = context->saved_data.find("held");
        if (found != context->saved_data.end()) {
            const auto holder = found->second.toCapsule();
            static_cast<HeldHead&>(*holder).addGradient(factor);
            result.emplace_back();
        }
        result.resize(result.size() + 5); // what is no tensor
        return result;
    }
};

} // namespace

TokenLoss packedHeadCrossEntropy(const Tensor& hidden,
                                 const PackedHead& head,
                                 const Tensor& targets,
                                 PoolTeam& team,
                                 const LossForm& form)
{
    const ProfileScope scope(Part::Head);
    const TrainedRows trained = trainedRows(targets, head.vocabulary);
    const Tensor rows = hidden.contiguous();
    TokenLoss loss;
    loss.tokens = trained.rows.numel();
    if (isTracked({rows, head.trained})) {
        const at::TensorList weight(&head.trained, isTracked(head.trained) ? 1 : 0);
        loss.lossSum =
            PackedHeadLoss::apply(rows, weight, head, trained, form, &loss.correct, &team);
    } else {
        const HeadLosses losses = lossesOf(rows, head, trained, form, {}, team);
        loss.correct = losses.correctCount();
        loss.lossSum = sumOf(losses);
    }
    return loss;
}

Tensor packedHeadNll(
    const Tensor& hidden, const PackedHead& head, const Tensor& targets, PoolTeam& team, double cap)
{
    const at::NoGradGuard withoutGradient;
    const TrainedRows trained = trainedRows(targets, head.vocabulary);
    const HeadLosses losses = lossesOf(hidden.contiguous(), head, trained, {.cap = cap}, {}, team);
    Tensor result = at::zeros({hidden.size(0)}, at::kFloat);
    auto* const nll = result.data_ptr<float>();
    const auto* row = trained.rows.const_data_ptr<int64_t>();
    for (std::size_t i = 0; i < losses.losses.size(); ++i) {
        nll[row[i]] = losses.losses[i];
    }
    return result;
}

} // namespace engine::kernels
