// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The activations of gated and plain MLPs: value and derivative.
#pragma once

#include <ATen/core/Tensor.h>

namespace engine::kernels {

using at::Tensor;

enum class Activation { Silu, GeluTanh, GeluErf };

// Differentiable through LibTorch's own formulas. x of any shape; returns the same shape.
Tensor activate(const Tensor& x, Activation activation);

// gradient ⊙ activation'(x).
Tensor activateBackward(const Tensor& gradient, const Tensor& x, Activation activation);

} // namespace engine::kernels
