// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/path_number.h"

#include <charconv>
#include <cmath>
#include <filesystem>

namespace engine::device {

PathNumber splitPathNumber(const std::string& argument)
{
    const std::size_t colon = argument.rfind(':');
    std::error_code error;
    if (colon == std::string::npos || std::filesystem::exists(argument, error)) {
        return {argument, {}};
    }
    const char* begin = argument.data() + colon + 1;
    const char* end = argument.data() + argument.size();
    double number = 0;
    const auto [stopped, problem] = std::from_chars(begin, end, number);
    if (begin == end || problem != std::errc() || stopped != end || !std::isfinite(number)) {
        return {argument, {}};
    }
    return {argument.substr(0, colon), number};
}

} // namespace engine::device
