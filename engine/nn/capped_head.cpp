// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/capped_head.h"

#include "engine/kernels/lora_linear.h"
#include "engine/kernels/tracking.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/linear.h>
#include <torch/csrc/autograd/autograd.h>

namespace engine::nn {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kChunkLogits = int64_t{1} << 24; // 64 MiB in float32

struct Sums
{
    at::Tensor loss;
    at::Tensor gradient; // of the trained rows; undefined without gradients
    int64_t correct = 0;
};

at::Tensor product(const at::Tensor& rows, const kernels::FrozenMatrix& head)
{
    return head.quantized != nullptr ? kernels::loraLinear(rows, {head}).front()
                                     : at::linear(rows, head.weight, head.bias);
}

// Over the trained rows, chunk by chunk.
Sums sumsOf(const at::Tensor& rows,
            const kernels::FrozenMatrix& head,
            const at::Tensor& targets,
            double cap,
            double smoothing,
            bool needsGradient)
{
    const auto type = rows.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
    Sums sums{at::zeros({}, rows.options().dtype(type)), at::Tensor(), 0};
    std::vector<at::Tensor> gradients;
    const int64_t step = std::max<int64_t>(1, kChunkLogits / kernels::outputsOf(head));
    for (int64_t first = 0; first < rows.size(0); first += step) {
        const int64_t count = std::min(step, rows.size(0) - first);
        const at::AutoGradMode grad(needsGradient);
        const at::Tensor chunk =
            rows.narrow(0, first, count).detach().set_requires_grad(needsGradient);
        const at::Tensor logits = softCapped(product(chunk, head), cap);
        const kernels::TokenLoss loss =
            kernels::crossEntropy(logits, targets.narrow(0, first, count), smoothing);
        if (needsGradient) {
            gradients.push_back(torch::autograd::grad({loss.lossSum}, {chunk})[0]);
        }
        sums.loss = sums.loss + loss.lossSum.detach();
        sums.correct += loss.correct;
    }
    if (needsGradient) {
        sums.gradient = gradients.empty() ? at::empty_like(rows) : at::cat(gradients);
    }
    return sums;
}

// Carries the gradient that the forward has made.
class MadeGradient : public torch::autograd::Function<MadeGradient>
{
public:
    static at::Tensor
    forward(AutogradContext* context, const at::Tensor& /*rows*/, const Sums& sums)
    {
        context->save_for_backward({sums.gradient});
        return sums.loss;
    }
    static variable_list backward(AutogradContext* context, const variable_list& outputGradients)
    {
        const at::Tensor gradient = context->get_saved_variables()[0];
        return {gradient * outputGradients[0].to(gradient.scalar_type()), {}};
    }
};

} // namespace

at::Tensor softCapped(const at::Tensor& logits, double cap)
{
    return logits.div(cap).tanh().mul(cap);
}

kernels::TokenLoss cappedHeadCrossEntropy(const at::Tensor& hidden,
                                          const kernels::FrozenMatrix& head,
                                          const at::Tensor& targets,
                                          double cap,
                                          double smoothing)
{
    const at::Tensor trained = targets.ne(kernels::kIgnoredTarget).nonzero().squeeze(1);
    const at::Tensor rows = hidden.index_select(0, trained.to(hidden.device()));
    const bool isTracked = kernels::isTracked(hidden);
    const Sums sums =
        sumsOf(rows, head, targets.index_select(0, trained), cap, smoothing, isTracked);
    return {isTracked ? MadeGradient::apply(rows, sums) : sums.loss, trained.size(0), sums.correct};
}

} // namespace engine::nn
