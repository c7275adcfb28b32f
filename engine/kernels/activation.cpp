// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/activation.h"

#include <ATen/ops/gelu.h>
#include <ATen/ops/gelu_backward.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/silu_backward.h>

namespace engine::kernels {
namespace {

const char* approximation(Activation activation)
{
    return activation == Activation::GeluTanh ? "tanh" : "none";
}

} // namespace

Tensor activate(const Tensor& x, Activation activation)
{
    return activation == Activation::Silu ? at::silu(x) : at::gelu(x, approximation(activation));
}

Tensor activateBackward(const Tensor& gradient, const Tensor& x, Activation activation)
{
    return activation == Activation::Silu
               ? at::silu_backward(gradient, x)
               : at::gelu_backward(gradient, x, approximation(activation));
}

} // namespace engine::kernels
