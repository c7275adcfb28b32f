// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Arguments of the kind PATH:NUMBER: an adapter and its scale, a data file and its weight.
#pragma once

#include <optional>
#include <string>

namespace engine::device {

struct PathNumber
{
    std::string path;
    std::optional<double> number;
};

// Split at the last colon only if a finite number follows and the whole is not an existing path.
PathNumber splitPathNumber(const std::string& argument);

} // namespace engine::device
