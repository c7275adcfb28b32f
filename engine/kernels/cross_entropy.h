// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Next-token loss. For a frozen head the logits are never whole in memory and the gradient is made
// in the forward. Source: the chunked loss of performance.md, technique 7; log-softmax in float32
// as in transformers' loss functions.
#pragma once

#include "engine/kernels/linear_group.h"
#include "engine/kernels/loss_rows.h"

namespace engine::kernels {

// A target that is not trained and not counted.
inline constexpr int64_t kIgnoredTarget = -100;

// Logits that exist at a time: on the processor as many as its cache has room for, on a GPU enough
// rows for a product that fills it.
inline constexpr int64_t kLogitBytes = int64_t{64} << 20;
inline constexpr int64_t kDeviceLogitBytes = int64_t{256} << 20;

struct TokenLoss
{
    Tensor lossSum;         // scalar, float32 (float64 for float64 inputs), differentiable
    int64_t tokens = 0;     // trained targets
    int64_t correct = 0;    // trained targets that are the largest logit
    Tensor correctSum = {}; // instead of `correct` where nothing may wait for it: int64 scalar
};

// Targets beside the hidden states, in buffers whose size is not the number of trained tokens: for
// a step that is recorded and must not wait for its device.
struct PlacedTargets
{
    Tensor rows;    // int64 [room]: the trained rows; behind the last of them any row
    Tensor targets; // int64 [room]: their targets; negative behind the last of them
    Tensor
        places; // int64 [tokens]: where a row stands among `rows`; `room` where it is not trained
};

// Sum over the trained rows of the form's loss (loss_rows.h) of the head's logits hidden · Wᵀ +
// bias.
//   hidden   [tokens, width]
//   head     weight [vocabulary, width], dense in hidden's type or quantised, and bias
//            [vocabulary] in hidden's type or undefined; frozen: they get no gradient. Its updates
//            do not count
//   targets  int64 [tokens], kIgnoredTarget = not trained
// Works on chunks of rows with at most kLogitBytes or kDeviceLogitBytes of logits, of a quantised
// head on the processor also on kDenseNumbers of its weight at a time. Saves the gradient of the
// trained rows and their numbers: elementSize · width + 8 bytes per trained token, nothing without
// gradients. Throws c10::Error for a target outside the vocabulary.
TokenLoss frozenHeadCrossEntropy(const Tensor& hidden,
                                 const FrozenMatrix& head,
                                 const Tensor& targets,
                                 const LossForm& form = {});

// The same from placed targets: `tokens` and `correct` stay 0, `correctSum` is set. Saves the
// gradient of `room` rows. Targets are not checked.
TokenLoss frozenHeadCrossEntropy(const Tensor& hidden,
                                 const FrozenMatrix& head,
                                 const PlacedTargets& targets,
                                 const LossForm& form = {});

// The same from logits [tokens, vocabulary], for heads that are trained or carry adapters.
// Saves the logits' gradient: elementSize · vocabulary + 8 bytes per trained token.
TokenLoss crossEntropy(const Tensor& logits, const Tensor& targets, const LossForm& form = {});

// -log softmax(...)[target] of every token, 0 where the target is kIgnoredTarget; float32 [tokens]
// (float64 for float64 inputs), without gradient, of capped logits where `cap` is not 0. Chunked as
// above.
Tensor
tokenNll(const Tensor& hidden, const FrozenMatrix& head, const Tensor& targets, double cap = 0);

} // namespace engine::kernels
