// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// "Did you mean …": the known name nearest to a mistyped one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace engine::contract {

// The candidate with the fewest edits (insert, delete, replace, swap neighbours), or "" when none
// is near: more than a third of the longer name would have to change.
std::string nearest(std::string_view name, const std::vector<std::string>& candidates);

// "a, b, c"
std::string joined(const std::vector<std::string>& names, std::string_view separator = ", ");

// "Did you mean rank? Valid keys: rank, alpha". `what` is the plural of the thing ("keys",
// "methods").
std::string suggestion(std::string_view name,
                       const std::vector<std::string>& candidates,
                       std::string_view what);

} // namespace engine::contract
