// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Phi 3 and 4: Llama with q, k, v in one weight and gate, up in another, LongRoPE, and heads that
// may be turned in part.
#pragma once

#include "engine/models/family.h"

namespace engine::models::phi3 {

extern const Family kPhi3;

} // namespace engine::models::phi3
