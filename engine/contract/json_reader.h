// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// JSON text → value for the common case, several times as fast as the JSON library: rows of data
// are read by the million. What it does not take for certain it leaves to parseJson().
#pragma once

#include "engine/contract/value.h"

#include <optional>
#include <string_view>

namespace engine::contract {

inline constexpr std::size_t kMaximumJsonDepth = 100;

// The value of `text` exactly as parseJson() defines it; nothing where the text is not valid or a
// number is out of the ordinary (beyond int64, beyond or below a double's range).
std::optional<Value> readPlainJson(std::string_view text);

// parseJson() without the short cut: the JSON library's reading and messages.
Result<Value> parseJsonByLibrary(std::string_view text);

// Leaves of every key its last member, in the place of that last one. O(n log n), so a hostile
// object is cheap.
void keepLastOfEachKey(Value::Object& object);

} // namespace engine::contract
