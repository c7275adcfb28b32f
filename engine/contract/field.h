// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One setting as the catalogue describes it: enough for a form, a help text and an error message.
#pragma once

#include "engine/contract/value.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::contract {

// Types of fields. Permanent names.
namespace field_type {

inline constexpr std::string_view kInteger = "integer";
inline constexpr std::string_view kNumber = "number"; // an integer is accepted too
inline constexpr std::string_view kBoolean = "boolean";
inline constexpr std::string_view kString = "string";
inline constexpr std::string_view kPath = "path";     // a string that names a file or folder
inline constexpr std::string_view kChoice = "choice"; // a string, one of `choices`
inline constexpr std::string_view kList = "list";
inline constexpr std::string_view kObject = "object"; // free keys
inline constexpr std::string_view kTargets =
    "targets"; // "all-linear", a regular expression, or a list
inline constexpr std::string_view kLayers = "layers"; // "all", or a list of layer indices

} // namespace field_type

struct Field
{
    std::string key; // dotted inside nested objects: "validation.fraction"
    std::string type;
    Value defaultValue;
    // Both inclusive. Of a list or object: for every number inside it.
    std::optional<double> minimum;
    std::optional<double> maximum;
    // Of a choice: all that is valid. Of a list or object: all that is valid inside it. Of a
    // string: suggestions.
    std::vector<std::string> choices;
    std::string unit;
    std::string label;
    std::string help;
    std::string group;
    bool advanced = false;
    // Null = always. {"other_key": value, …}: shown while every named field has that value (or one
    // of a list of values).
    Value shownIf;
};

template <typename S>
class Schema;

// All twelve members of contract section 5; unknown ones are ignored, a newer engine may send more.
const Schema<Field>& fieldSchema();

// What the field accepts, in words: "1…1024", "one of auto, float32", "true or false".
std::string expectation(const Field& field);

// `text` from a command line as the field's type: strings raw, everything else as JSON. Text that
// is not JSON stays a string, which the schema then refuses in the field's own words.
Value valueFromText(const Field& field, std::string_view text);

} // namespace engine::contract
