// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// GPT-NeoX (Pythia): LayerNorm, q, k and v of each head together in one weight, part of every head
// turned, attention and MLP side by side, biases everywhere.
#pragma once

#include "engine/models/family.h"

namespace engine::models::gpt_neox {

extern const Family kGptNeox;

} // namespace engine::models::gpt_neox
