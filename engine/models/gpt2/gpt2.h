// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// GPT-2: LayerNorm, learned positions, one fused q|k|v weight, plain GELU MLP; linear weights
// stored transposed.
#pragma once

#include "engine/models/family.h"

namespace engine::models::gpt2 {

extern const Family kGpt2;

} // namespace engine::models::gpt2
