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

// (1 - smoothing) · nll(target) + smoothing · mean of nll over the vocabulary, nll = -log softmax,
// and whether the target is the first largest logit; with withGradient the logits become softmax -
// (1 - smoothing) · onehot - smoothing / vocabulary. T is float, double, c10::BFloat16 or
// c10::Half.
template <typename T>
void lossOfRow(T* logits,
               int64_t vocabulary,
               int64_t target,
               double smoothing,
               bool withGradient,
               Computed<T>* loss,
               uint8_t* isCorrect);

// The same of every row of logits [rows, vocabulary] by LibTorch's operators, on any device and
// without a wait for it. A negative target has no loss and no gradient. losses [rows], correct
// uint8 [rows]: whether the target is a largest logit.
void composedRowLosses(at::Tensor& logits,
                       const at::Tensor& targets,
                       double smoothing,
                       bool withGradient,
                       at::Tensor& losses,
                       at::Tensor& correct);

} // namespace engine::kernels
