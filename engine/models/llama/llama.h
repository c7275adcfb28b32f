// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Llama and models of its shape: RMSNorm, rotary positions, grouped-query attention, gated SiLU
// MLP.
#pragma once

#include "engine/models/family.h"

namespace engine::models::llama {

extern const Family kLlama;

} // namespace engine::models::llama
