// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/loss_rows.h"

#include "engine/kernels/cross_entropy.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/tensor.h>

namespace engine::kernels {
namespace {

template <typename T>
[[gnu::always_inline]] inline Computed<T> largest(const T* logits, int64_t count)
{
    using C = Computed<T>;
    constexpr int64_t kLanes = 16;
    C lanes[kLanes];
    std::fill(lanes, lanes + kLanes, widened(logits[0]));
    int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        for (int64_t lane = 0; lane < kLanes; ++lane) {
            lanes[lane] = std::max(lanes[lane], widened(logits[i + lane]));
        }
    }
    for (; i < count; ++i) {
        lanes[0] = std::max(lanes[0], widened(logits[i]));
    }
    return *std::max_element(lanes, lanes + kLanes);
}

template <typename T>
LORA_CLONES void capRow(T* logits, int64_t vocabulary, Computed<T> cap)
{
    for (int64_t i = 0; i < vocabulary; ++i) {
        logits[i] = narrowed<T>(cap * hyperbolicTangent(widened(logits[i]) / cap));
    }
}

template <typename T>
LORA_CLONES void rowLoss(T* logits,
                         int64_t vocabulary,
                         int64_t target,
                         const LossForm& form,
                         bool withGradient,
                         Computed<T>* loss,
                         uint8_t* isCorrect)
{
    using C = Computed<T>;
    const C maximum = largest(logits, vocabulary);
    const C sum = laneSum<C>(
        vocabulary, [=](int64_t i) __attribute__((always_inline)) {
            return exponential(widened(logits[i]) - maximum);
        });
    const C score = widened(logits[target]);
    *loss = std::log(sum) - (score - maximum);
    const C shared = static_cast<C>(form.smoothing);
    if (shared > 0) {
        const C above = laneSum<C>(
            vocabulary, [=](int64_t i) __attribute__((always_inline)) {
                return widened(logits[i]) - maximum;
            });
        const C everyToken = std::log(sum) - above / static_cast<C>(vocabulary);
        *loss = (1 - shared) * *loss + shared * everyToken;
    }
    *isCorrect = score == maximum && std::find_if(logits, logits + target, [=](T logit) {
                                         return widened(logit) == maximum;
                                     }) == logits + target;
    if (withGradient) {
        const C inverse = 1 / sum;
        const C share = shared / static_cast<C>(vocabulary);
        const C own = exponential(score - maximum) * inverse - (1 - shared + share);
        if (form.cap > 0) {
            const C steepness = 1 / static_cast<C>(form.cap * form.cap);
            for (int64_t i = 0; i < vocabulary; ++i) {
                const C logit = widened(logits[i]);
                const C gradient = exponential(logit - maximum) * inverse - share;
                logits[i] = narrowed<T>(gradient * (1 - logit * logit * steepness));
            }
            logits[target] = narrowed<T>(own * (1 - score * score * steepness));
            return;
        }
        for (int64_t i = 0; i < vocabulary; ++i) {
            logits[i] = narrowed<T>(exponential(widened(logits[i]) - maximum) * inverse - share);
        }
        logits[target] = narrowed<T>(own);
    }
}

} // namespace

TrainedRows trainedRows(const Tensor& targets, int64_t vocabulary)
{
    TORCH_CHECK(targets.dim() == 1, "targets ", targets.sizes(), " are not a list");
    const Tensor all = targets.contiguous();
    const auto* target = all.const_data_ptr<int64_t>();
    std::vector<int64_t> rows;
    std::vector<int64_t> kept;
    for (int64_t i = 0; i < all.numel(); ++i) {
        if (target[i] != kIgnoredTarget) {
            TORCH_CHECK(target[i] >= 0 && target[i] < vocabulary,
                        "target ",
                        target[i],
                        " is outside the vocabulary of ",
                        vocabulary);
            rows.push_back(i);
            kept.push_back(target[i]);
        }
    }
    return {at::tensor(rows, at::kLong), at::tensor(kept, at::kLong)};
}

template <typename T>
void lossOfRow(T* logits,
               int64_t vocabulary,
               int64_t target,
               const LossForm& form,
               bool withGradient,
               Computed<T>* loss,
               uint8_t* isCorrect)
{
    if (form.cap > 0) {
        capRow(logits, vocabulary, static_cast<Computed<T>>(form.cap));
    }
    rowLoss(logits, vocabulary, target, form, withGradient, loss, isCorrect);
}

template void lossOfRow(float*, int64_t, int64_t, const LossForm&, bool, float*, uint8_t*);
template void lossOfRow(double*, int64_t, int64_t, const LossForm&, bool, double*, uint8_t*);
template void lossOfRow(c10::BFloat16*, int64_t, int64_t, const LossForm&, bool, float*, uint8_t*);
template void lossOfRow(c10::Half*, int64_t, int64_t, const LossForm&, bool, float*, uint8_t*);

void composedRowLosses(at::Tensor& logits,
                       const at::Tensor& targets,
                       const LossForm& form,
                       bool withGradient,
                       at::Tensor& losses,
                       at::Tensor& correct)
{
    const double smoothing = form.smoothing;
    if (form.cap > 0) {
        logits.copy_(logits.to(losses.scalar_type()).div(form.cap).tanh_().mul_(form.cap));
    }
    const at::Tensor nll = at::log_softmax(logits, 1, losses.scalar_type()).neg_();
    const at::Tensor isTrained = targets.ge(0);
    const at::Tensor places = targets.clamp_min(0).unsqueeze(1);
    const at::Tensor smoothed =
        nll.gather(1, places).squeeze(1) * (1 - smoothing) + nll.mean(1) * smoothing;
    losses.copy_(smoothed.masked_fill(isTrained.logical_not(), 0));
    correct.copy_(logits.argmax(1).eq(targets));
    if (withGradient) {
        const double share = smoothing / static_cast<double>(logits.size(1));
        at::Tensor gradient = nll.neg().exp_().sub_(share);
        gradient.scatter_add_(1, places, at::full_like(places, smoothing - 1, gradient.options()));
        if (form.cap > 0) {
            gradient.mul_(
                logits.to(gradient.scalar_type()).div_(form.cap).square_().neg_().add_(1));
        }
        logits.copy_(gradient.mul_(isTrained.unsqueeze(1)));
    }
}

} // namespace engine::kernels
