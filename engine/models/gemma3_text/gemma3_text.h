// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The text models of Gemma 3: Gemma 2 with norms over heads in place of the caps; five blocks with
// a sliding window and a short rotary base to one without and a long, scaled one.
#pragma once

#include "engine/models/family.h"

namespace engine::models::gemma3_text {

extern const Family kGemma3Text;

} // namespace engine::models::gemma3_text
