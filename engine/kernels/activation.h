// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Activations of whole tensors: value and derivative.
#pragma once

#include "engine/kernels/activation_kind.h"

#include <ATen/core/Tensor.h>

namespace engine::kernels {

using at::Tensor;

// Differentiable through LibTorch's own formulas. x of any shape; returns the same shape.
Tensor activate(const Tensor& x, Activation activation);

// gradient ⊙ activation'(x).
Tensor activateBackward(const Tensor& gradient, const Tensor& x, Activation activation);

} // namespace engine::kernels
