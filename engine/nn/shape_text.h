// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Shapes in messages.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace engine::nn {

// "[512, 64]"
std::string shapeText(const std::vector<int64_t>& shape);

} // namespace engine::nn
