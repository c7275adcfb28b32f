// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What every form of the next-token loss shares: which rows are trained, and the loss of one row of
// logits.
#pragma once

#include "engine/kernels/vectors.h"

#include <ATen/core/Tensor.h>

namespace engine::kernels {

struct TrainedRows
{
    at::Tensor rows;    // int64 [trained]
    at::Tensor targets; // int64 [trained]
};

// Throws c10::Error for a target outside the vocabulary.
TrainedRows trainedRows(const at::Tensor& targets, int64_t vocabulary);

// -log softmax(logits)[target] and whether the target is the first largest logit; with withGradient
// the logits become softmax - onehot. T is float, double, c10::BFloat16 or c10::Half.
template <typename T>
void lossOfRow(T* logits,
               int64_t vocabulary,
               int64_t target,
               bool withGradient,
               Computed<T>* loss,
               uint8_t* isCorrect);

} // namespace engine::kernels
