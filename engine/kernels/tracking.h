// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Whether autograd watches a call: if not, the fused parts skip their Function and save nothing.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace engine::kernels {

inline bool isTracked(at::ArrayRef<at::Tensor> inputs)
{
    return at::GradMode::is_enabled()
           && std::any_of(inputs.begin(), inputs.end(), [](const at::Tensor& input) {
                  return input.defined() && input.requires_grad();
              });
}

} // namespace engine::kernels
