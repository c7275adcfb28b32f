// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// How a whole data file is refused: the same sentence shape everywhere.
#pragma once

#include "engine/device/failure.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace engine::data {

// "<file>, line 3: <reason>" with where = "<file>:3"; line 0 = the file as a whole.
inline Failure refusal(std::string_view errorCode,
                       const std::string& file,
                       int64_t line,
                       std::string_view reason,
                       std::string_view hint)
{
    const std::string number = std::to_string(line);
    return {errorCode,
            file + (line > 0 ? ", line " + number : "") + ": " + std::string(reason),
            std::string(hint),
            line > 0 ? file + ":" + number : file};
}

} // namespace engine::data
