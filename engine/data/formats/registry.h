// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The data formats, in the order in which they are shown.
#pragma once

#include "engine/data/format.h"

#include <span>
#include <string_view>

namespace engine::data::formats {

std::span<const Format* const> all();

// The format of this id, or null.
const Format* find(std::string_view id);

// The format that fits the row best, null when none fits.
const Format* bestMatch(const Value& row);

} // namespace engine::data::formats
