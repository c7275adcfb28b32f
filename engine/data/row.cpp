// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/row.h"

#include <algorithm>

namespace engine::data {

std::string_view presentColumn(const Value& row, std::span<const std::string_view> names)
{
    std::string_view present;
    for (const std::string_view name : names) {
        if (!row[name].isNull()) {
            return name;
        }
        if (present.empty() && row.contains(name)) {
            present = name;
        }
    }
    return present;
}

std::string_view kindOf(const Value& value)
{
    if (value.isNull()) {
        return "null";
    }
    if (value.isBool()) {
        return "a truth value";
    }
    if (value.isNumber()) {
        return "a number";
    }
    if (value.isString()) {
        return "text";
    }
    return value.isList() ? "a list" : "an object";
}

std::string textOf(const Value& row, std::string_view column, Remarks& remarks)
{
    const Value& value = row[column];
    if (value.isString()) {
        return value.toString();
    }
    if (value.isNull()) {
        return {};
    }
    if (value.isList() || value.isObject()) {
        throw RowError{"not_text",
                       "`" + std::string(column) + "` is " + std::string(kindOf(value))
                           + ", expected text"};
    }
    remarks.push_back(remark::kNotText);
    return contract::toJson(value);
}

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string answerOf(const Value& row, std::string_view column, Remarks& remarks)
{
    std::string answer = textOf(row, column, remarks);
    if (isBlank(answer)) {
        const std::string_view how = row[column].isNull() ? "` is null" : "` is empty";
        throw RowError{"empty_answer",
                       "no answer to learn: `" + std::string(column) + std::string(how)};
    }
    return answer;
}

Value toolsOf(const Value& row)
{
    const Value& tools = row["tools"];
    if (tools.isString() && !isBlank(tools.toString())) {
        auto parsed = contract::parseJson(tools.toString());
        if (parsed && parsed.value().isList()) {
            return std::move(parsed).value();
        }
        throw RowError{"bad_tools", "`tools` is text, but not a JSON list of tool schemas"};
    }
    if (tools.isList() && !tools.toList().empty()) {
        return tools;
    }
    if (tools.isNull() || tools.isString() || tools.isList()) {
        return {};
    }
    throw RowError{"bad_tools",
                   "`tools` is " + std::string(kindOf(tools))
                       + ", expected a list of tool schemas"};
}

} // namespace engine::data
