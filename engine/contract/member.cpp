// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/member.h"

#include "engine/contract/error_codes.h"
#include "engine/contract/suggest.h"

#include <algorithm>
#include <cmath>

namespace engine::contract {

namespace {

constexpr std::size_t kLongestShown = 80; // bytes of a refused value in a message

std::string shown(const Value& value)
{
    std::string text = toJson(value);
    if (text.size() > kLongestShown) {
        std::size_t end = kLongestShown;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
            --end; // not in the middle of a character
        }
        text.resize(end);
        text += "…";
    }
    return text;
}

std::string hintOf(const Field& field)
{
    const std::string standard = "The default is " + shown(field.defaultValue);
    return field.help.empty() ? standard : field.help + " " + standard;
}

Error refused(const Value& value, const Field& field, const std::string& where)
{
    return badField(where, expectation(field), value, hintOf(field));
}

bool inRange(double number, const Field& field)
{
    return std::isfinite(number) && (!field.minimum || number >= *field.minimum)
           && (!field.maximum || number <= *field.maximum);
}

// What stands inside a list or an object: the field without its outer type.
Field elementOf(const Field& field, std::string_view type)
{
    Field element;
    element.type = type;
    element.defaultValue = field.defaultValue;
    element.minimum = field.minimum;
    element.maximum = field.maximum;
    element.choices = field.choices;
    element.help = field.help;
    return element;
}

std::string_view elementType(const Field& field, const std::string&)
{
    return field.choices.empty() ? field_type::kString : field_type::kChoice;
}
std::string_view elementType(const Field&, int64_t)
{
    return field_type::kInteger;
}
std::string_view elementType(const Field&, double)
{
    return field_type::kNumber;
}

template <typename T>
Result<void>
readList(const Value& value, const Field& field, const std::string& where, std::vector<T>& out)
{
    if (!value.isList()) {
        return refused(value, field, where);
    }
    const Field element = elementOf(field, elementType(field, T()));
    std::vector<T> items;
    for (const Value& item : value.toList()) {
        items.emplace_back();
        const std::string place = where + "[" + std::to_string(items.size() - 1) + "]";
        if (auto read = readMember(item, element, place, items.back()); !read) {
            return read;
        }
    }
    out = std::move(items);
    return {};
}

template <typename T>
Result<void> readMap(const Value& value,
                     const Field& field,
                     const std::string& where,
                     std::map<std::string, T>& out)
{
    if (!value.isObject()) {
        return refused(value, field, where);
    }
    const Field element = elementOf(field, elementType(field, T()));
    std::map<std::string, T> members;
    for (const auto& [key, member] : value.toObject()) {
        if (auto read = readMember(member, element, joinPath(where, key), members[key]); !read) {
            return read;
        }
    }
    out = std::move(members);
    return {};
}

bool isTargets(const Value& value)
{
    const auto isName = [](const Value& item) {
        return item.isString() && !item.toString().empty();
    };
    return isName(value)
           || (value.isList() && !value.toList().empty()
               && std::all_of(value.toList().begin(), value.toList().end(), isName));
}

bool isLayers(const Value& value)
{
    const auto isIndex = [](const Value& item) {
        return item.isInteger() && item.toInteger() >= 0;
    };
    return value.toString() == "all"
           || (value.isList() && !value.toList().empty()
               && std::all_of(value.toList().begin(), value.toList().end(), isIndex));
}

} // namespace

std::string joinPath(std::string_view path, std::string_view key)
{
    return path.empty() ? std::string(key) : std::string(path) + "." + std::string(key);
}

Error badField(const std::string& where,
               std::string_view expected,
               const Value& got,
               std::string hint)
{
    const std::string prefix = where.empty() ? "" : where + ": ";
    return Error{std::string(code::kBadField),
                 prefix + "expected " + std::string(expected) + ", got " + shown(got),
                 std::move(hint),
                 where};
}

Result<void> refuseUnknownKeys(const Value& object,
                               const std::vector<std::string>& keys,
                               const std::string& path)
{
    for (const auto& [key, member] : object.toObject()) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
            const std::string where = joinPath(path, key);
            return Error{std::string(code::kBadField),
                         where + ": unknown key",
                         suggestion(key, keys, "keys"),
                         where};
        }
    }
    return {};
}

Result<void> readMember(const Value& value, const Field& field, const std::string& where, bool& out)
{
    if (!value.isBool()) {
        return refused(value, field, where);
    }
    out = value.toBool();
    return {};
}

Result<void>
readMember(const Value& value, const Field& field, const std::string& where, int64_t& out)
{
    if (!value.isInteger()) {
        const bool isBounded = field.minimum || field.maximum;
        const std::string range = isBounded ? ", " + expectation(field) : "";
        return badField(where, "a whole number" + range, value, hintOf(field));
    }
    if (!inRange(value.toDouble(), field)) {
        return refused(value, field, where);
    }
    out = value.toInteger();
    return {};
}

Result<void>
readMember(const Value& value, const Field& field, const std::string& where, double& out)
{
    if (!value.isNumber() || !inRange(value.toDouble(), field)) {
        return refused(value, field, where);
    }
    out = value.toDouble();
    return {};
}

Result<void>
readMember(const Value& value, const Field& field, const std::string& where, std::string& out)
{
    const std::string& text = value.toString();
    const auto& choices = field.choices;
    const bool isValid = value.isString() && text.find('\0') == std::string::npos
                         && (field.type != field_type::kChoice
                             || std::find(choices.begin(), choices.end(), text) != choices.end());
    if (!isValid) {
        Error error = refused(value, field, where);
        if (const std::string near = nearest(text, choices); !near.empty()) {
            error.hint = "Did you mean " + near + "? " + error.hint;
        }
        return error;
    }
    out = text;
    return {};
}

Result<void> readMember(const Value& value,
                        const Field& field,
                        const std::string& where,
                        std::optional<double>& out)
{
    if (value.isNull()) {
        out.reset();
        return {};
    }
    double number = 0;
    if (auto read = readMember(value, field, where, number); !read) {
        return read;
    }
    out = number;
    return {};
}

Result<void> readMember(const Value& value,
                        const Field& field,
                        const std::string& where,
                        std::vector<std::string>& out)
{
    return readList(value, field, where, out);
}

Result<void> readMember(const Value& value,
                        const Field& field,
                        const std::string& where,
                        std::vector<int64_t>& out)
{
    return readList(value, field, where, out);
}

Result<void> readMember(const Value& value,
                        const Field& field,
                        const std::string& where,
                        std::map<std::string, int64_t>& out)
{
    return readMap(value, field, where, out);
}

Result<void> readMember(const Value& value,
                        const Field& field,
                        const std::string& where,
                        std::map<std::string, double>& out)
{
    return readMap(value, field, where, out);
}

Result<void> readMember(const Value& value,
                        const Field& field,
                        const std::string& where,
                        std::map<std::string, std::string>& out)
{
    return readMap(value, field, where, out);
}

Result<void>
readMember(const Value& value, const Field& field, const std::string& where, Value& out)
{
    // A default is always valid: an empty list of targets excludes nothing.
    const bool isValid = value == field.defaultValue          ? true
                         : field.type == field_type::kTargets ? isTargets(value)
                         : field.type == field_type::kLayers  ? isLayers(value)
                         : field.type == field_type::kList    ? value.isList()
                         : field.type == field_type::kObject  ? value.isObject()
                                                              : true;
    if (!isValid) {
        return refused(value, field, where);
    }
    out = value;
    return {};
}

} // namespace engine::contract
