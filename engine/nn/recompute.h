// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Computing a part of a model again in the backward instead of keeping what it saved: memory for
// time. Source: Chen et al. 2016 (Training deep nets with sublinear memory cost).
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

namespace engine::nn {

// forward(x), of which the backward keeps x alone: it runs `forward` once more, with the same
// result, and its backward. Gradients of trained tensors that `forward` uses go straight to their
// leaves, also where x itself needs none. `forward` is kept until then, so what it refers to must
// be there. Calls must not nest.
at::Tensor recomputed(std::function<at::Tensor(const at::Tensor& x)> forward, const at::Tensor& x);

} // namespace engine::nn
