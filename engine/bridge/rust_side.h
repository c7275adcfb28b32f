// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// How the C++ of this folder calls the Rust side: bytes in, std types out, every error a Failure.
// Included only by engine/bridge/*.cpp.
#pragma once

#include "engine/device/failure.h"

#include <lora_bridge/src/lib.rs.h>
#include <rust/cxx.h>

#include <string>
#include <string_view>

namespace engine::bridge {

inline rust::Slice<const uint8_t> bytesOf(std::string_view text)
{
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// What `work` returns; what the Rust side refuses becomes a Failure about `where`.
template <typename Work>
auto orFailure(std::string_view code, const std::string& hint, const std::string& where, Work work)
{
    try {
        return work();
    } catch (const rust::Error& error) {
        throw Failure(
            code, where.empty() ? error.what() : where + ": " + error.what(), hint, where);
    }
}

} // namespace engine::bridge
