// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The explicit mapping of columns to roles (data.columns): a row is reduced to the mapped members,
// named by their roles.
#pragma once

#include "engine/data/row.h"

#include <map>
#include <string>

namespace engine::data {

// Column of the file → role. Roles: text text_pair label prompt input completion history system
// messages tools chosen rejected weight id.
using ColumnRoles = std::map<std::string, std::string>;

// Throws Failure(kBadField) for an unknown role, a role given twice, or roles that make no sample.
void checkRoles(const ColumnRoles& roles);

// {role: row[column]} for all mapped columns the row has; `prompt` becomes `instruction` beside
// `input` and `history`. An object in the place of a text is written as JSON. `weight` 0 throws
// RowError, because nothing is left to learn.
Value rowByRoles(const Value& row, const ColumnRoles& roles, Remarks& remarks);

} // namespace engine::data
