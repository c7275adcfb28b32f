// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The activation functions of config.json by the names transformers uses.
#pragma once

#include "engine/kernels/activation.h"
#include "engine/models/model_config.h"

#include <string_view>

namespace engine::models {

// The field `key` as an activation. Throws Failure(unsupported) naming the field and what would be
// valid.
kernels::Activation
activationOf(const ModelConfig& config, std::string_view key, std::string_view fallback);

} // namespace engine::models
