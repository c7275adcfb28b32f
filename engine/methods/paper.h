// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Where a method comes from.
#pragma once

#include "engine/methods/method.h"

namespace engine::methods {

// The method with the paper that defines it, as people cite it: "Hu et al. 2021".
constexpr Method fromPaper(std::string_view paper, Method method)
{
    method.paper = paper;
    return method;
}

} // namespace engine::methods
