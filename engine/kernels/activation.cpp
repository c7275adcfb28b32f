// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/activation.h"

#include <ATen/ops/gelu.h>
#include <ATen/ops/gelu_backward.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/silu_backward.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/tanh_backward.h>
#include <ATen/ops/threshold_backward.h>

namespace engine::kernels {
namespace {

const char* approximation(Activation activation)
{
    return activation == Activation::GeluTanh ? "tanh" : "none";
}

} // namespace

Tensor activate(const Tensor& x, Activation activation)
{
    switch (activation) {
    case Activation::Silu:
        return at::silu(x);
    case Activation::Relu:
        return at::relu(x);
    case Activation::Tanh:
        return at::tanh(x);
    case Activation::GeluTanh:
    case Activation::GeluErf:
        break;
    }
    return at::gelu(x, approximation(activation));
}

Tensor activateBackward(const Tensor& gradient, const Tensor& x, Activation activation)
{
    switch (activation) {
    case Activation::Silu:
        return at::silu_backward(gradient, x);
    case Activation::Relu:
        return at::threshold_backward(gradient, x, 0);
    case Activation::Tanh:
        return at::tanh_backward(gradient, at::tanh(x));
    case Activation::GeluTanh:
    case Activation::GeluErf:
        break;
    }
    return at::gelu_backward(gradient, x, approximation(activation));
}

} // namespace engine::kernels
