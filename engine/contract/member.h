// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// How each C++ type a setting may have is read from a Value, checked against its Field, and written
// back. Schema<S> calls these; nothing else needs to.
#pragma once

#include "engine/contract/field.h"
#include "engine/contract/result.h"
#include "engine/contract/value.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::contract {

// "method" + "rank" → "method.rank"; an empty path leaves the key alone.
std::string joinPath(std::string_view path, std::string_view key);

// kBadField: "<where>: expected <expected>, got <value as JSON, shortened>".
Error badField(const std::string& where,
               std::string_view expected,
               const Value& got,
               std::string hint = {});

// kBadField for the first member of `object` that is not in `keys`, naming the nearest of them.
Result<void> refuseUnknownKeys(const Value& object,
                               const std::vector<std::string>& keys,
                               const std::string& path);

// Reads `value` into `out`, which stays as it was on failure. Fails with kBadField when the type,
// range or choice is not the field's; NaN and infinities are never accepted.
Result<void> readMember(const Value& value, const Field&, const std::string& where, bool& out);
Result<void> readMember(const Value& value, const Field&, const std::string& where, int64_t& out);
Result<void> readMember(const Value& value, const Field&, const std::string& where, double& out);
Result<void>
readMember(const Value& value, const Field&, const std::string& where, std::string& out);
// Null reads as nothing.
Result<void>
readMember(const Value& value, const Field&, const std::string& where, std::optional<double>& out);
Result<void> readMember(const Value& value,
                        const Field&,
                        const std::string& where,
                        std::vector<std::string>& out);
Result<void>
readMember(const Value& value, const Field&, const std::string& where, std::vector<int64_t>& out);
Result<void> readMember(const Value& value,
                        const Field&,
                        const std::string& where,
                        std::map<std::string, int64_t>& out);
Result<void> readMember(const Value& value,
                        const Field&,
                        const std::string& where,
                        std::map<std::string, double>& out);
Result<void> readMember(const Value& value,
                        const Field&,
                        const std::string& where,
                        std::map<std::string, std::string>& out);
// Free content: only the outer shape that the field's type asks for (list, object, targets, layers)
// is checked.
Result<void> readMember(const Value& value, const Field&, const std::string& where, Value& out);

template <typename T>
Value writeMember(const T& value)
{
    return Value(value);
}
template <typename T>
Value writeMember(const std::optional<T>& value)
{
    return value ? Value(*value) : Value();
}
template <typename T>
Value writeMember(const std::vector<T>& values)
{
    return Value::list(values);
}
template <typename T>
Value writeMember(const std::map<std::string, T>& values)
{
    Value::Object object;
    for (const auto& [key, value] : values) {
        object.emplace_back(key, Value(value));
    }
    return object;
}

} // namespace engine::contract
