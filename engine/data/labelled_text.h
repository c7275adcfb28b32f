// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Rows of a text, or two, with a label: what classification and regression share.
#pragma once

#include "engine/data/record.h"
#include "engine/data/row.h"

#include <optional>
#include <span>
#include <string_view>

namespace engine::data {

inline constexpr std::string_view kTextColumns[] = {"text", "sentence", "sentence1", "premise"};
inline constexpr std::string_view kPairColumns[] = {"text_pair", "sentence2", "hypothesis"};
inline constexpr std::string_view kClassColumns[] = {
    "label", "labels", "category", "gold_label", "class", "intent"};
inline constexpr std::string_view kScoreColumns[] = {"score", "similarity", "label"};

// Whether the row has one of kTextColumns and one of `labels`.
bool hasLabelledText(const Value& row, std::span<const std::string_view> labels);

// A number with a fraction or a decimal point, also as text: 4.75, "5.000".
std::optional<double> fractionOf(const Value& value);

// The texts without a label. Throws RowError when the first is missing or blank.
Record labelledText(const Value& row, Remarks& remarks);

} // namespace engine::data
