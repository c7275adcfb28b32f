// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Rotary frequencies from config.json: the old `rope_theta` + `rope_scaling` and the new
// `rope_parameters`.
#pragma once

#include "engine/kernels/rotary.h"
#include "engine/models/model_config.h"

namespace engine::models {

// A config may claim more; the table of a longer context would fill gigabytes.
inline constexpr int64_t kLongestContext = int64_t{1} << 20; // tokens

// The table for `headDim` and positions 0 … context − 1. Types default, linear and llama3 (lora.md
// 3); any other throws Failure(unsupported) naming it.
kernels::RotaryTable rotaryTableOf(const ModelConfig& config, int64_t headDim, int64_t context);

} // namespace engine::models
