// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What every form of the next-token loss shares: which rows are trained, and the loss of one row of
// logits.
#pragma once

#include "engine/kernels/vectors.h"

#include <ATen/core/Tensor.h>

namespace engine::kernels {

// (1 - smoothing) · nll(target) + smoothing · mean of nll over the vocabulary, of logits that are
// capped first: cap · tanh(logit / cap); cap 0: none. Smoothing in [0, 1] as in torch's
// cross_entropy, transformers' LabelSmoother and the LoRA release; the cap is Gemma 2's
// (transformers modeling_gemma2.py, Gemma2ForCausalLM.forward).
struct LossForm
{
    double smoothing = 0;
    double cap = 0;
};

struct TrainedRows
{
    at::Tensor rows;    // int64 [trained]
    at::Tensor targets; // int64 [trained]
};

// Throws c10::Error for a target outside the vocabulary.
TrainedRows trainedRows(const at::Tensor& targets, int64_t vocabulary);

// The form's loss of a row of logits, nll = -log softmax, and whether the target is the first
// largest logit; with withGradient the logits become their gradient: softmax - (1 - smoothing) ·
// onehot - smoothing / vocabulary, through the cap. T is float, double, c10::BFloat16 or c10::Half.
template <typename T>
void lossOfRow(T* logits,
               int64_t vocabulary,
               int64_t target,
               const LossForm& form,
               bool withGradient,
               Computed<T>* loss,
               uint8_t* isCorrect);

// The same of every row of logits [rows, vocabulary] by LibTorch's operators, on any device and
// without a wait for it. A negative target has no loss and no gradient. losses [rows], correct
// uint8 [rows]: whether the target is a largest logit.
void composedRowLosses(at::Tensor& logits,
                       const at::Tensor& targets,
                       const LossForm& form,
                       bool withGradient,
                       at::Tensor& losses,
                       at::Tensor& correct);

} // namespace engine::kernels
