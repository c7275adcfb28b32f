// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Causal attention over a padding-free stream, each sequence by itself, with its own forward and
// backward. Source: Dao et al. 2022 (FlashAttention), algorithms 1 and 4: online softmax over
// tiles, probabilities recomputed.
#pragma once

#include "engine/kernels/sequences.h"

#include <ATen/core/Tensor.h>

namespace engine::kernels {

using at::Tensor;

// softmax(scale · q kᵀ, causal) v for every sequence and head.
//   q     [queries, heads, headDim]
//   k, v  [keys, kvHeads, headDim]; kvHeads divides heads (grouped-query attention)
// Returns [queries, heads, headDim] in q's type; strided inputs are welcome. Half types are
// computed in float32. Saves q, k, v, the result and one float32 log-sum-exp per query and head:
// elementSize · headDim · 2 · (heads + kvHeads) + 4 · heads bytes per token (8 · heads in float64).
// The result does not depend on the number of threads. Throws c10::Error on shapes that do not fit.
Tensor attention(
    const Tensor& q, const Tensor& k, const Tensor& v, const Sequences& sequences, double scale);

} // namespace engine::kernels
