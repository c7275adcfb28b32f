// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What adapter_config.json says about modules: the rules of PEFT's patterns, and the tensors that a
// config announces for a model. Source: peft (tuners/tuners_utils.py, check_target_module_exists;
// utils/other.py, get_pattern_key).
#pragma once

#include "engine/contract/value.h"
#include "engine/nn/blueprint.h"

#include <optional>
#include <string>
#include <vector>

namespace engine::adapters {

// The number of {pattern: number} for a module: (.*\.)?(key)$, the first key that matches wins,
// else `fallback`. Throws Failure(bad_adapter) for a key that is no regular expression or longer
// than 1000 characters.
double valueByPattern(const contract::Value& patterns, const std::string& module, double fallback);

// The modules that a config's target_modules, exclude_modules, modules_to_save,
// layers_to_transform and layers_pattern select, in forward order. Nothing when the config does
// not say, or says it with an expression that only Python reads.
std::optional<std::vector<const nn::ModuleSpec*>> targetsOf(const contract::Value& config,
                                                            const nn::Blueprint& blueprint);

} // namespace engine::adapters
