// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Rotary position embedding, rotate-half form. Source: Su et al. 2021; transformers
// modeling_llama.py, apply_rotary_pos_emb.
#pragma once

#include <ATen/core/Tensor.h>

namespace engine::kernels {

using at::Tensor;

// Cosines and sines, float32 [positions, rotaryDim / 2].
struct RotaryTable
{
    Tensor cos;
    Tensor sin;
};

// The angles position · inverseFrequencies[i] in float32, times attentionFactor after cos and sin
// (YaRN, LongRoPE).
//   inverseFrequencies  [rotaryDim / 2]
RotaryTable
rotaryTable(const Tensor& inverseFrequencies, int64_t positions, double attentionFactor = 1);

// Rotates the first rotaryDim numbers of every head and copies the rest.
//   x          [tokens, heads, headDim], strided slices are welcome
//   positions  int64 [tokens], each below the table's length (checked)
// Returns [tokens, heads, headDim], contiguous; half types are computed in float32 and rounded
// once. Saves the positions and the table, nothing per head: 8 bytes per token, shared by all
// layers.
Tensor rotary(const Tensor& x, const Tensor& positions, const RotaryTable& table);

} // namespace engine::kernels
