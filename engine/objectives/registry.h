// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Every training objective. Adding one: its folder, and its line in registry.cpp.
#pragma once

#include "engine/objectives/objective.h"

#include <span>
#include <string_view>

namespace engine::objectives {

std::span<const Objective* const> objectives();

// Null for an unknown id.
const Objective* findObjective(std::string_view id);

} // namespace engine::objectives
