// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Every model family the engine reads. Adding one: its folder, and its line in registry.cpp.
#pragma once

#include "engine/models/family.h"

#include <span>

namespace engine::models {

std::span<const Family* const> families();

// The family of config.json's `model_type`. Throws Failure(unsupported) naming it and the known
// ones.
const Family& familyOf(const ModelConfig& config);
// What it makes of config.json. Throws Failure as Family::blueprint; bad_model for sizes whose
// products could not be counted.
nn::Blueprint blueprintOf(const ModelConfig& config);

} // namespace engine::models
