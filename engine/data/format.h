// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A data format: how a row of one known shape becomes a record. One folder under formats/ and one
// line in formats/registry.cpp add another. Formats are constants without state, usable from any
// thread.
#pragma once

#include "engine/data/record.h"
#include "engine/data/row.h"

#include <span>
#include <string_view>

namespace engine::data {

struct Format
{
    std::string_view id;
    std::string_view name;
    std::string_view summary;
    // Every member of a row that it reads; others are reported as not used.
    std::span<const std::string_view> columns;
    // How well the members of an object fit: 0 = not this shape, higher = more specific.
    int (*match)(const Value& row);
    // Fills conversation, or text and isText. Throws RowError when the row holds nothing to learn.
    Record (*convert)(const Value& row, Remarks& remarks);
    std::string_view task = task::kAnswers; // of its records
};

// match() of a row that has all / only a part of what the format needs.
inline constexpr int kFits = 20;
inline constexpr int kFitsPartly = 5;

} // namespace engine::data
