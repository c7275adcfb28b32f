// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Next-token prediction over the tokens that the loss mask selects.
#pragma once

#include "engine/objectives/objective.h"

namespace engine::objectives::causal_lm {

extern const Objective kCausalLm;

} // namespace engine::objectives::causal_lm
