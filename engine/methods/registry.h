// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Every tuning method of the engine. Adding one: its folder, and its line in registry.cpp.
#pragma once

#include "engine/methods/method.h"

#include <span>
#include <string_view>

namespace engine::methods {

std::span<const Method* const> methods();

// Null for an unknown id.
const Method* findMethod(std::string_view id);

} // namespace engine::methods
