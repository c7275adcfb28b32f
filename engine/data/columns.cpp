// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/columns.h"

#include "engine/contract/job_schema.h"
#include "engine/contract/suggest.h"
#include "engine/device/failure.h"

#include <algorithm>
#include <set>
#include <vector>

namespace engine::data {

namespace {

constexpr std::string_view kTextRoles[] = {
    "text", "text_pair", "prompt", "input", "completion", "system"};

bool isTextRole(std::string_view role)
{
    return std::find(std::begin(kTextRoles), std::end(kTextRoles), role) != std::end(kTextRoles);
}

bool hasRole(const ColumnRoles& roles, std::string_view wanted)
{
    return std::any_of(
        roles.begin(), roles.end(), [&](const auto& role) { return role.second == wanted; });
}

bool contains(const std::vector<std::string>& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

void checkRoles(const ColumnRoles& roles)
{
    std::set<std::string> given;
    for (const auto& [column, role] : roles) {
        const std::string where = "data.columns." + column;
        if (!contains(contract::columnRoles(), role)) {
            throw Failure(code::kBadField,
                          where + ": unknown role " + role,
                          contract::suggestion(role, contract::columnRoles(), "roles"),
                          where);
        }
        if (!given.insert(role).second) {
            throw Failure(code::kBadField,
                          where + ": the role " + role + " is given to two columns",
                          "Give each role to one column",
                          where);
        }
    }
    const bool isSample = given.contains("text") || given.contains("messages")
                          || (given.contains("prompt") && given.contains("completion"))
                          || (given.contains("chosen") && given.contains("rejected"));
    if (!roles.empty() && !isSample) {
        throw Failure(
            code::kBadField,
            "data.columns: the roles make no sample",
            "Give the role text, or messages, or both prompt and completion, or both chosen "
            "and rejected",
            "data.columns");
    }
}

Value rowByRoles(const Value& row, const ColumnRoles& roles, Remarks& remarks)
{
    const bool isInstruction = hasRole(roles, "input") || hasRole(roles, "history");
    Value result = Value::Object();
    for (const auto& [column, role] : roles) {
        if (role == "weight" && row[column].isNumber()) {
            if (row[column].toDouble() == 0) {
                throw RowError{"zero_weight", "`" + column + "` is 0, so nothing to learn"};
            }
            if (row[column].toDouble() != 1) {
                remarks.push_back(remark::kFractionalWeight);
            }
        } else if (row.contains(column)) {
            const bool isWritten = row[column].isObject() && isTextRole(role);
            if (isWritten) {
                remarks.push_back(remark::kNotText);
            }
            result.set(isInstruction && role == "prompt" ? "instruction" : role,
                       isWritten ? Value(contract::toJson(row[column])) : row[column]);
        }
    }
    return result;
}

} // namespace engine::data
