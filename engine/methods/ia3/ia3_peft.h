// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// IA³ in PEFT's files: one vector per module; the rows that a slice of a fused weight leaves alone
// have 1. Source: peft (tuners/ia3).
#pragma once

#include "engine/methods/method.h"

namespace engine::methods::ia3 {

extern const PeftForm kPeft;

} // namespace engine::methods::ia3
