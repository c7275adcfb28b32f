// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Features that a config.json of a known family may ask for and no family here computes.
#pragma once

#include "engine/models/model_config.h"

namespace engine::models {

// Throws Failure(unsupported) naming the field: mixtures of experts, weights quantised otherwise
// than storedQuantizationOf() reads them, attention that looks ahead.
void refuseUnsupportedFields(const ModelConfig& config);

} // namespace engine::models
