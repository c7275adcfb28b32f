// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/field.h"

#include "engine/contract/schema.h"
#include "engine/contract/suggest.h"

#include <cmath>

namespace engine::contract {

namespace {

constexpr double kLargestExactInteger = 9007199254740992.0; // 2^53

std::string numberText(double number)
{
    const bool isWhole = std::trunc(number) == number && std::abs(number) <= kLargestExactInteger;
    return isWhole ? std::to_string(static_cast<int64_t>(number)) : toJson(Value(number));
}

// "1…1024", "1 or more", "at most 5", or "".
std::string rangeText(const Field& field)
{
    if (field.minimum && field.maximum) {
        return numberText(*field.minimum) + "…" + numberText(*field.maximum);
    }
    if (field.minimum) {
        return numberText(*field.minimum) + " or more";
    }
    return field.maximum ? "at most " + numberText(*field.maximum) : "";
}

bool isRawText(const Field& field)
{
    return field.type == field_type::kString || field.type == field_type::kPath
           || field.type == field_type::kChoice;
}

} // namespace

const Schema<Field>& fieldSchema()
{
    static const Schema<Field> schema = [] {
        Schema<Field> fields;
        fields.allowUnknownKeys();
        fields.text("key", &Field::key);
        fields.text("type", &Field::type);
        fields.add("default", "value", &Field::defaultValue);
        fields.add("minimum", field_type::kNumber, &Field::minimum);
        fields.add("maximum", field_type::kNumber, &Field::maximum);
        fields.list("choices", &Field::choices);
        fields.text("unit", &Field::unit);
        fields.text("label", &Field::label);
        fields.text("help", &Field::help);
        fields.text("group", &Field::group);
        fields.boolean("advanced", &Field::advanced);
        fields.add("shown_if", "value", &Field::shownIf);
        return fields;
    }();
    return schema;
}

std::string expectation(const Field& field)
{
    const std::string range = rangeText(field);
    if (field.type == field_type::kInteger) {
        return range.empty() ? "a whole number" : range;
    }
    if (field.type == field_type::kNumber) {
        return range.empty() ? "a number" : range;
    }
    if (field.type == field_type::kBoolean) {
        return "true or false";
    }
    if (field.type == field_type::kChoice) {
        return field.choices.size() == 1 ? field.choices.front()
                                         : "one of " + joined(field.choices);
    }
    if (field.type == field_type::kList) {
        return "a list, written as JSON";
    }
    if (field.type == field_type::kObject) {
        return "an object, written as JSON";
    }
    if (field.type == field_type::kTargets) {
        return "\"all-linear\", a regular expression, or a list of module names";
    }
    if (field.type == field_type::kLayers) {
        return "\"all\", or a list of layer indices from 0";
    }
    return field.type == field_type::kPath ? "a path" : "a text";
}

Value valueFromText(const Field& field, std::string_view text)
{
    if (isRawText(field)) {
        return text;
    }
    const bool mayBeText = field.type == field_type::kTargets || field.type == field_type::kLayers;
    Result<Value> parsed = parseJson(text);
    // A regular expression such as [qv]_proj, or the number 7 as a module's name, is no list.
    if (!parsed || (mayBeText && !parsed.value().isList() && !parsed.value().isString())) {
        return text;
    }
    return std::move(parsed).value();
}

} // namespace engine::contract
