// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Gemma 2: Gemma with norms after the sub-layers too, soft caps on scores and logits, a scale of
// its own for scores, and a sliding window in every other block.
#pragma once

#include "engine/models/family.h"

namespace engine::models::gemma2 {

extern const Family kGemma2;

} // namespace engine::models::gemma2
