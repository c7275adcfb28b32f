// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/shape_text.h"

namespace engine::nn {

std::string shapeText(const std::vector<int64_t>& shape)
{
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) {
        text += i == 0 ? "" : ", ";
        text += std::to_string(shape[i]);
    }
    return text + "]";
}

} // namespace engine::nn
