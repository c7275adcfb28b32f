// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Qwen 2 and 2.5: Llama with biases of q, k and v, and a sliding window in the later blocks where
// the config turns it on.
#pragma once

#include "engine/models/family.h"

namespace engine::models::qwen2 {

extern const Family kQwen2;

} // namespace engine::models::qwen2
