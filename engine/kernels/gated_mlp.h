// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The gated MLP of a decoder block as one autograd function. Source: Shazeer 2020 (GLU variants);
// transformers modeling_llama.py, LlamaMLP.
#pragma once

#include "engine/kernels/activation.h"
#include "engine/kernels/linear_group.h"

namespace engine::kernels {

// down(activation(gate(x)) ⊙ up(x)), each matrix with its bias and low-rank updates.
//   x  [tokens, in]
// Returns [tokens, out of down]. Saves x, the outputs of gate and up, and the low-rank products of
// all three: elementSize · (in + 2 · inner + Σ rank) bytes per token; activation ⊙ up is made again
// in the backward. Without gradients nothing is saved.
Tensor gatedMlp(const Tensor& x,
                const FrozenMatrix& gate,
                const FrozenMatrix& up,
                const FrozenMatrix& down,
                Activation activation);
// The same; the outputs of gate and up are not saved but computed again in the backward.
Tensor gatedMlpRecomputed(const Tensor& x,
                          const FrozenMatrix& gate,
                          const FrozenMatrix& up,
                          const FrozenMatrix& down,
                          Activation activation);

} // namespace engine::kernels
