// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// AdaLoRA in PEFT's files: the triplets that are left, and which those are in `rank_pattern`.
// Source: peft (tuners/adalora).
#pragma once

#include "engine/methods/method.h"

namespace engine::methods::adalora {

extern const PeftForm kPeft;

} // namespace engine::methods::adalora
