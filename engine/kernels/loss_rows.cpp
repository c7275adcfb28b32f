// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/loss_rows.h"

#include "engine/kernels/cross_entropy.h"

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
LORA_CLONES void rowLoss(T* logits,
                         int64_t vocabulary,
                         int64_t target,
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
    *isCorrect = score == maximum && std::find_if(logits, logits + target, [=](T logit) {
                                         return widened(logit) == maximum;
                                     }) == logits + target;
    if (withGradient) {
        const C inverse = 1 / sum;
        for (int64_t i = 0; i < vocabulary; ++i) {
            logits[i] = narrowed<T>(exponential(widened(logits[i]) - maximum) * inverse);
        }
        logits[target] = narrowed<T>(exponential(score - maximum) * inverse - 1);
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
               bool withGradient,
               Computed<T>* loss,
               uint8_t* isCorrect)
{
    rowLoss(logits, vocabulary, target, withGradient, loss, isCorrect);
}

template void lossOfRow(float*, int64_t, int64_t, bool, float*, uint8_t*);
template void lossOfRow(double*, int64_t, int64_t, bool, double*, uint8_t*);
template void lossOfRow(c10::BFloat16*, int64_t, int64_t, bool, float*, uint8_t*);
template void lossOfRow(c10::Half*, int64_t, int64_t, bool, float*, uint8_t*);

} // namespace engine::kernels
