// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Root-mean-square normalisation. Source: Zhang & Sennrich 2019; transformers modeling_llama.py,
// LlamaRMSNorm.
#pragma once

#include <ATen/core/Tensor.h>

namespace engine::kernels {

using at::Tensor;

// weight · x / sqrt(mean(x²) + epsilon) over the last dimension: normalised in float32 for half
// types, rounded to x's type, then multiplied by the weight.
//   x       [..., width]
//   weight  [width], of x's type
// Returns the shape of x. Saves x and one reciprocal root per row: elementSize · width + 4 bytes
// per token (x is usually saved by its producer anyway). The weight's gradient is made only when it
// is asked for.
Tensor rmsNorm(const Tensor& x, const Tensor& weight, double epsilon);

struct NormedSum
{
    Tensor y;   // rmsNorm(sum, weight, epsilon)
    Tensor sum; // x + residual, rounded to their type
};

// A residual sum and the norm that reads it. On a device one kernel forwards and one backwards; the
// same rounding as the two parts, which the processor computes. x, residual [..., width] without
// gaps. Saves the sum, which is also an output, and 4 bytes per token. The weight is frozen.
NormedSum
rmsNormOfSum(const Tensor& x, const Tensor& residual, const Tensor& weight, double epsilon);

} // namespace engine::kernels
