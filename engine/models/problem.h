// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace engine::models {

// Something wrong with a model: the tensor it is about ("" for the whole), a code and a sentence.
struct Problem
{
    std::string tensor;
    std::string code;
    std::string message;
};

} // namespace engine::models
