// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What the formats share when they look into one row: typed reading with a reason when it fails,
// and the remarks that end up as counted notices.
#pragma once

#include "engine/contract/value.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine::data {

using contract::Value;

// Thrown while a row is converted, caught by loadDataset, which reports it with the row's line.
struct RowError
{
    std::string code; // lower-case, permanent: rows are counted by it
    std::string reason;
};

// Something to know about a row that is kept. Rows with the same code become one notice.
struct Remark
{
    std::string_view code;
    std::string_view message;
};
using Remarks = std::vector<Remark>;

namespace remark {

inline constexpr Remark kEmptyPrompt{"empty_prompt", "the prompt is empty"};
inline constexpr Remark kNotText{"value_as_text",
                                 "a number, a truth value or an object was written out as text"};
inline constexpr Remark kNoQuestion{"no_question", "the assistant answers the system turn alone"};
inline constexpr Remark kSameRoleTwice{"same_role_twice", "two user turns follow each other"};
inline constexpr Remark kFractionalWeight{"fractional_weight", "weights other than 0 count as 1"};
inline constexpr Remark kLostCharacters{
    "replacement_character", "the text holds U+FFFD, which stands for characters lost earlier"};
inline constexpr Remark kExtraComma{"extra_comma",
                                    "an extra comma after the object was passed over"};
inline constexpr Remark kStrayQuote{
    "stray_quote", "text between a closing quotation mark and the next cell was kept"};
inline constexpr Remark kJsonInText{"json_in_text", "a list written as JSON text was read"};
inline constexpr Remark kTranscript{
    "transcript", "a dialogue written as one text (Human:, Assistant:) was read as turns"};
inline constexpr Remark kLineEnds{"line_ends", "Windows line ends were read as plain ones"};

} // namespace remark

// Members of one object, and columns of a table: some of what is done with a member looks at all
// others.
inline constexpr std::size_t kMostMembers = 4096;

// Names under which data sets keep the answer, the first found wins.
inline constexpr std::string_view kAnswerColumns[] = {
    "completion", "output", "response", "answer", "target", "solution"};

// The first name whose member is neither absent nor null, else the first present one, else "".
std::string_view presentColumn(const Value& row, std::span<const std::string_view> names);

// "a list", "an object", "a number", …
std::string_view kindOf(const Value& value);

// The member as text: "" when absent or null; a number or truth value as written in JSON, with a
// remark. Throws RowError for a list or an object.
std::string textOf(const Value& row, std::string_view column, Remarks& remarks);

// True for "", and for text of spaces, tabs and line ends only.
bool isBlank(std::string_view text);

// The member as the answer to learn. Throws RowError when it is null or blank.
std::string answerOf(const Value& row, std::string_view column, Remarks& remarks);

// The list of tool schemas: a list, or text that holds one as JSON; null when there is none. Throws
// RowError otherwise.
Value toolsOf(const Value& row);

} // namespace engine::data
