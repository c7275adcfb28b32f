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

// How the score of a query and a key is made, and which keys a query sees of those before it.
struct AttentionScores
{
    // Implicit: most attention has a scale alone.
    AttentionScores(double scaleOfScores, int64_t windowOfKeys = 0, double capOfScores = 0)
        : scale(scaleOfScores), window(windowOfKeys), softCap(capOfScores)
    {
    }

    double scale;
    int64_t window; // a query sees so many keys, its own included; 0: all
    double softCap; // above 0: softCap · tanh(score / softCap) takes the score's place
};

// softmax(scale · q kᵀ, causal) v for every sequence and head.
//   q     [queries, heads, headDim]
//   k, v  [keys, kvHeads, headDim]; kvHeads divides heads (grouped-query attention)
// Returns [queries, heads, headDim] in q's type; strided inputs are welcome. Half types are
// computed in float32. Saves q, k, v, the result and one float32 log-sum-exp per query and head:
// elementSize · headDim · 2 · (heads + kvHeads) + 4 · heads bytes per token (8 · heads in float64).
// The result does not depend on the number of threads. Keys outside the window cost nothing. On a
// device, a window or a cap runs as LibTorch's operators, which hold all scores of a sequence.
// Throws c10::Error on shapes that do not fit.
Tensor attention(const Tensor& q,
                 const Tensor& k,
                 const Tensor& v,
                 const Sequences& sequences,
                 const AttentionScores& scores);

} // namespace engine::kernels
