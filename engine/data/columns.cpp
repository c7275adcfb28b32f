// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/columns.h"

#include "engine/contract/suggest.h"
#include "engine/device/failure.h"

#include <algorithm>
#include <set>
#include <vector>

namespace engine::data {

namespace {

const std::vector<std::string> kRoles = {
    "text", "prompt", "completion", "system", "messages", "tools", "weight", "id"};
const std::vector<std::string> kLaterRoles = {"text_pair", "label", "chosen", "rejected"};

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
        if (contains(kLaterRoles, role)) {
            throw Failure(code::kUnsupported,
                          where + ": the role " + role
                              + " belongs to an objective this version does not have",
                          "Usable roles: " + contract::joined(kRoles),
                          where);
        }
        if (!contains(kRoles, role)) {
            throw Failure(code::kBadField,
                          where + ": unknown role " + role,
                          contract::suggestion(role, kRoles, "roles"),
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
                          || (given.contains("prompt") && given.contains("completion"));
    if (!roles.empty() && !isSample) {
        throw Failure(code::kBadField,
                      "data.columns: the roles make no sample",
                      "Give the role text, or messages, or both prompt and completion",
                      "data.columns");
    }
}

Value rowByRoles(const Value& row, const ColumnRoles& roles, Remarks& remarks)
{
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
            result.set(role, row[column]);
        }
    }
    return result;
}

} // namespace engine::data
