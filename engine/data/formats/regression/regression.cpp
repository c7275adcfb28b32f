// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/formats/regression/regression.h"

#include "engine/contract/text.h"
#include "engine/data/labelled_text.h"

#include <charconv>

namespace engine::data::formats::regression {

namespace {

constexpr std::string_view kColumns[] = {"text",
                                         "sentence",
                                         "sentence1",
                                         "premise",
                                         "text_pair",
                                         "sentence2",
                                         "hypothesis",
                                         "score",
                                         "similarity",
                                         "label"};

int match(const Value& row)
{
    const bool isScored = fractionOf(row[presentColumn(row, kScoreColumns)]).has_value();
    return hasLabelledText(row, kScoreColumns) && isScored ? kFits + 3 : 0;
}

double scoreOf(const Value& value)
{
    if (value.isNumber()) {
        return value.toDouble();
    }
    const std::string& text = value.toString();
    double number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || parsed.ptr != text.data() + text.size()) {
        throw RowError{"no_label", "the score is no number: " + contract::toJson(value)};
    }
    return number;
}

Record convert(const Value& row, Remarks& remarks)
{
    Record record = labelledText(row, remarks);
    record.label = scoreOf(row[presentColumn(row, kScoreColumns)]);
    return record;
}

} // namespace

constinit const Format kFormat = {
    .id = "regression",
    .name = LS_TEXT("Texts with a score"),
    .summary = LS_TEXT("A text, or two, and a number to predict"),
    .columns = kColumns,
    .match = match,
    .convert = convert,
    .task = task::kRegression,
};

} // namespace engine::data::formats::regression
