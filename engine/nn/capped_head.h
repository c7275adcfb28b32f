// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The loss of a head whose logits are soft-capped: cap · tanh(logit / cap). Source: transformers
// modeling_gemma2.py, Gemma2ForCausalLM.forward. Logits exist for a chunk of rows at a time; their
// gradient is made in the forward. Compute thread only.
#pragma once

#include "engine/kernels/cross_entropy.h"

namespace engine::nn {

// logits [..., vocabulary] → the same shape and type.
at::Tensor softCapped(const at::Tensor& logits, double cap);

// As kernels::frozenHeadCrossEntropy, of capped logits.
kernels::TokenLoss cappedHeadCrossEntropy(const at::Tensor& hidden,
                                          const kernels::FrozenMatrix& head,
                                          const at::Tensor& targets,
                                          double cap,
                                          double smoothing = 0);

} // namespace engine::nn
