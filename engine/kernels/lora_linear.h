// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Frozen linear layers with low-rank updates that share one input (q, k, v or gate, up, or one
// alone), as one autograd function.
#pragma once

#include "engine/kernels/linear_group.h"

namespace engine::kernels {

// y = x Wᵀ + bias + Σ scale · (dropout(x) aᵀ) bᵀ on the slice rows, for every matrix of the group.
//   x  [tokens, in]
// Returns one [tokens, out] per matrix. Gradients reach x, every a and b (in their own type), and a
// weight or bias that asks for one. Saves x (once for the group) and dropout(x) aᵀ of every update:
// elementSize · (in + Σ rank) bytes per token; dropout masks are made again from their seed.
// Without gradients nothing is saved.
std::vector<Tensor> loraLinear(const Tensor& x, const std::vector<FrozenMatrix>& group);

} // namespace engine::kernels
