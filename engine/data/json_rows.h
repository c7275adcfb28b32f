// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// JSON Lines or one JSON list → its rows as pieces of text with their lines; which of the two it is
// comes from the content, not from the file's name. Works without recursion, so depth cannot
// overflow the stack.
#pragma once

#include "engine/data/row.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace engine::data {

struct RawRow
{
    std::string_view text; // one JSON value without blanks around it
    int64_t line = 0;      // 1-based, where it starts
};

// Lines end at U+000A only; blank lines are no rows. A file that is one object over several lines
// is one row. Throws Failure(kBadData) with the line: a web page, a list that is not closed, has an
// extra comma, lacks one, is nested more than 100 deep, or is followed by more data.
std::vector<RawRow> splitJsonRows(std::string_view text, const std::string& file);

// Whether a file of several windows that begins with the lines `head` is JSON Lines for certain: no
// list, no web page, and no object over several lines.
bool beginsAsJsonLines(std::string_view head);

// Takes the next line that is not blank off the front of `text` and counts lines; the row is empty
// when none is left.
RawRow takeLine(std::string_view& text, int64_t& line);

// The row as an object. Of a name that is there twice the last counts. Throws RowError.
Value parseRow(const RawRow& row);

} // namespace engine::data
