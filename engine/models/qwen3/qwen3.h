// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Qwen 3: Qwen 2 without its biases, with a norm over each head of queries and keys, and heads
// whose size is their own.
#pragma once

#include "engine/models/family.h"

namespace engine::models::qwen3 {

extern const Family kQwen3;

} // namespace engine::models::qwen3
