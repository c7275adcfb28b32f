// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/value.h"

#include "engine/contract/error_codes.h"
#include "engine/contract/json_reader.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace engine::contract {

using nlohmann::ordered_json;

bool Value::toBool(bool fallback) const
{
    const bool* value = std::get_if<bool>(&m_data);
    return value ? *value : fallback;
}

int64_t Value::toInteger(int64_t fallback) const
{
    const int64_t* value = std::get_if<int64_t>(&m_data);
    return value ? *value : fallback;
}

double Value::toDouble(double fallback) const
{
    if (const int64_t* value = std::get_if<int64_t>(&m_data)) {
        return static_cast<double>(*value);
    }
    const double* value = std::get_if<double>(&m_data);
    return value ? *value : fallback;
}

const std::string& Value::toString() const
{
    static const std::string empty;
    const std::string* value = std::get_if<std::string>(&m_data);
    return value ? *value : empty;
}

const Value::List& Value::toList() const
{
    static const List empty;
    const List* value = std::get_if<List>(&m_data);
    return value ? *value : empty;
}

const Value::Object& Value::toObject() const
{
    static const Object empty;
    const Object* value = std::get_if<Object>(&m_data);
    return value ? *value : empty;
}

const Value& Value::operator[](std::string_view key) const
{
    static const Value null;
    const Object& object = toObject();
    const auto found = std::find_if(object.rbegin(), object.rend(), [key](const Member& member) {
        return member.first == key;
    });
    return found == object.rend() ? null : found->second;
}

bool Value::contains(std::string_view key) const
{
    const Object& object = toObject();
    return std::any_of(
        object.begin(), object.end(), [key](const Member& member) { return member.first == key; });
}

void Value::set(std::string_view key, Value value)
{
    if (!isObject()) {
        m_data = Object();
    }
    Object& object = std::get<Object>(m_data);
    const auto found = std::find_if(
        object.begin(), object.end(), [key](const Member& member) { return member.first == key; });
    if (found != object.end()) {
        found->second = std::move(value);
    } else {
        object.emplace_back(std::string(key), std::move(value));
    }
}

void Value::append(Value value)
{
    if (!isList()) {
        m_data = List();
    }
    std::get<List>(m_data).push_back(std::move(value));
}

namespace {

// Builds Values straight from the parser's events, so depth is bounded while parsing and not after
// it.
class ValueBuilder : public nlohmann::json_sax<ordered_json>
{
public:
    Value root;
    std::string problem;

    bool null() override { return add(Value()); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(int64_t{value}); }
    bool number_unsigned(number_unsigned_t value) override
    {
        if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
            return add(static_cast<double>(value));
        }
        return add(static_cast<int64_t>(value));
    }
    bool number_float(number_float_t value, const string_t&) override { return add(value); }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(true); }
    bool start_array(std::size_t) override { return open(false); }
    bool key(string_t& name) override
    {
        m_open.back().key = std::move(name);
        return true;
    }
    bool end_object() override
    {
        Value::Object members = std::move(m_open.back().members);
        m_open.pop_back();
        keepLastOfEachKey(members);
        return add(std::move(members));
    }
    bool end_array() override
    {
        Value::List items = std::move(m_open.back().items);
        m_open.pop_back();
        return add(std::move(items));
    }
    bool
    parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override
    {
        problem = error.what();
        return false;
    }

private:
    // An object or list that is not closed yet. Members are appended unseen: searching each key
    // would be quadratic.
    struct Level
    {
        bool isObject;
        std::string key;
        Value::Object members;
        Value::List items;
    };

    bool add(Value value)
    {
        if (m_open.empty()) {
            root = std::move(value);
        } else if (m_open.back().isObject) {
            m_open.back().members.emplace_back(std::move(m_open.back().key), std::move(value));
        } else {
            m_open.back().items.push_back(std::move(value));
        }
        return true;
    }
    bool open(bool isObject)
    {
        if (m_open.size() >= kMaximumJsonDepth) {
            problem = "nested deeper than " + std::to_string(kMaximumJsonDepth) + " levels";
            return false;
        }
        m_open.push_back({isObject, {}, {}, {}});
        return true;
    }

    std::vector<Level> m_open;
};

ordered_json toLibrary(const Value& value)
{
    if (value.isBool()) {
        return value.toBool();
    }
    if (value.isInteger()) {
        return value.toInteger();
    }
    if (value.isNumber()) {
        return value.toDouble();
    }
    if (value.isString()) {
        return value.toString();
    }
    if (value.isList()) {
        ordered_json list = ordered_json::array();
        for (const Value& item : value.toList()) {
            list.push_back(toLibrary(item));
        }
        return list;
    }
    if (value.isObject()) {
        Value::Object members = value.toObject();
        keepLastOfEachKey(members);
        ordered_json::object_t object;
        for (const auto& [key, member] : members) {
            object.push_back({key, toLibrary(member)}); // not operator[]: it searches
        }
        return object;
    }
    return nullptr;
}

// "… parse error at line 3, column 5: syntax error …" → what follows the library's own prefix.
std::string withoutPrefix(const std::string& message)
{
    const std::size_t at = message.find("at line");
    return at == std::string::npos ? message : message.substr(at);
}

} // namespace

Result<Value> parseJson(std::string_view text)
{
    if (auto plain = readPlainJson(text)) {
        return std::move(*plain);
    }
    return parseJsonByLibrary(text);
}

Result<Value> parseJsonByLibrary(std::string_view text)
{
    ValueBuilder builder;
    if (!ordered_json::sax_parse(text, &builder)) {
        return Error{std::string(code::kBadFile),
                     "not valid JSON: " + withoutPrefix(builder.problem),
                     "Repair the text at that place",
                     ""};
    }
    return std::move(builder.root);
}

std::string toJson(const Value& value, int indent)
{
    return toLibrary(value).dump(indent, ' ', false, ordered_json::error_handler_t::replace);
}

} // namespace engine::contract
