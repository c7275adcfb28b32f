// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A stored matrix with low-rank updates added: read, summed in float32 and rounded once, a strip of
// a row at a time, so that nothing but the result is written to memory.
#pragma once

#include <ATen/core/Tensor.h>

#include <span>

namespace engine::kernels {

using at::Tensor;

// left · right on the rectangle whose first element is [row, column].
struct RectangleUpdate
{
    int64_t row = 0;
    int64_t column = 0;
    Tensor left;  // float32 [rows, rank], contiguous; holds the scale
    Tensor right; // float32 [rank, columns], contiguous
};

// stored [rows, columns] + Σ updates → result of the same shape. Both contiguous on the CPU;
// float32, bfloat16 or float16 each. On one thread, the same numbers on every processor with fused
// multiply-add. False when a number of the result is not finite; a stored one that is not makes it
// so.
bool addUpdates(const Tensor& stored, std::span<const RectangleUpdate> updates, Tensor& result);

} // namespace engine::kernels
