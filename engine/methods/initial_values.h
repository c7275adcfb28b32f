// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Initial values of trained tensors, drawn from the run's seed and the name of what they are for.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string_view>

namespace engine::methods {

// U(−1/√in, 1/√in) for a leaf [out, in]: PyTorch's kaiming_uniform(a = √5).
void fillUniform(const at::Tensor& leaf, uint64_t seed, std::string_view name);
// N(0, deviation²).
void fillNormal(const at::Tensor& leaf, double deviation, uint64_t seed, std::string_view name);

} // namespace engine::methods
