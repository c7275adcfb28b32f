// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/labelled_text.h"

#include <charconv>

namespace engine::data {

bool hasLabelledText(const Value& row, std::span<const std::string_view> labels)
{
    return !presentColumn(row, kTextColumns).empty() && !presentColumn(row, labels).empty();
}

std::optional<double> fractionOf(const Value& value)
{
    if (value.isNumber() && !value.isInteger()) {
        return value.toDouble();
    }
    const std::string& text = value.toString();
    double number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool isNumber = !text.empty() && parsed.ptr == text.data() + text.size();
    return isNumber && text.find('.') != std::string::npos ? std::optional(number) : std::nullopt;
}

Record labelledText(const Value& row, Remarks& remarks)
{
    const std::string_view column = presentColumn(row, kTextColumns);
    if (column.empty()) {
        throw RowError{"no_text", "a label without `text`"};
    }
    Record record;
    record.isText = true;
    record.text = textOf(row, column, remarks);
    record.textPair = textOf(row, presentColumn(row, kPairColumns), remarks);
    if (isBlank(record.text)) {
        throw RowError{"empty_text", "`" + std::string(column) + "` is empty"};
    }
    return record;
}

} // namespace engine::data
