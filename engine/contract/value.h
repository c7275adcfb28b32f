// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A JSON value that both programs share without seeing the JSON library: job fields, defaults,
// answers, events. Plain value type; object members keep the order they were added in.
#pragma once

#include "engine/contract/result.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace engine::contract {

class Value
{
public:
    using List = std::vector<Value>;
    using Member = std::pair<std::string, Value>;
    using Object = std::vector<Member>;

    Value() = default;
    Value(std::nullptr_t) {}
    Value(bool value) : m_data(value) {}
    Value(int value) : m_data(static_cast<int64_t>(value)) {}
    Value(int64_t value) : m_data(value) {}
    Value(uint64_t value) : m_data(static_cast<int64_t>(value)) {}
    Value(double value) : m_data(value) {}
    Value(const char* value) : m_data(std::string(value)) {}
    Value(std::string_view value) : m_data(std::string(value)) {}
    Value(std::string value) : m_data(std::move(value)) {}
    Value(List value) : m_data(std::move(value)) {}
    Value(Object value) : m_data(std::move(value)) {}
    // {{"rows", 3}, {"good", 2}}
    static Value object(std::initializer_list<Member> members) { return Object(members); }
    // One list element per item of a range whose items convert to Value.
    template <typename Range>
    static Value list(const Range& items)
    {
        List list;
        for (const auto& item : items) {
            list.emplace_back(item);
        }
        return list;
    }

    bool isNull() const { return std::holds_alternative<std::monostate>(m_data); }
    bool isBool() const { return std::holds_alternative<bool>(m_data); }
    bool isInteger() const { return std::holds_alternative<int64_t>(m_data); }
    bool isNumber() const { return isInteger() || std::holds_alternative<double>(m_data); }
    bool isString() const { return std::holds_alternative<std::string>(m_data); }
    bool isList() const { return std::holds_alternative<List>(m_data); }
    bool isObject() const { return std::holds_alternative<Object>(m_data); }

    // The typed content; the fallback when it is of another type.
    bool toBool(bool fallback = false) const;
    int64_t toInteger(int64_t fallback = 0) const;
    double toDouble(double fallback = 0) const; // integers convert
    const std::string& toString() const;        // "" when not a string
    const List& toList() const;                 // empty when not a list
    const Object& toObject() const;             // empty when not an object

    // The member, or null when absent or not an object. With duplicate keys the last wins.
    const Value& operator[](std::string_view key) const;
    bool contains(std::string_view key) const;
    // Sets or replaces a member; a null value becomes an object first.
    void set(std::string_view key, Value value);
    // Appends to a list; a null value becomes a list first.
    void append(Value value);

    bool operator==(const Value& other) const = default;

private:
    std::variant<std::monostate, bool, int64_t, double, std::string, List, Object> m_data;
};

// Text → value. Rejects invalid UTF-8, anything after the first value, nesting deeper than 100,
// numbers beyond a double. Of duplicate keys the last wins and keeps its own place. Integers beyond
// int64 become the nearest double. The error's message names line and column; code kBadFile.
Result<Value> parseJson(std::string_view text);

// Value → text. `indent` < 0: one line. Non-finite numbers become null. Doubles are the shortest
// form that reads back exactly. Strings that are not UTF-8 get U+FFFD in place of the bad bytes.
std::string toJson(const Value& value, int indent = -1);

} // namespace engine::contract
