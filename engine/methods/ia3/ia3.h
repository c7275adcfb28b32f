// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// IA³: the outputs of some modules and the inputs of others are multiplied by trained vectors.
// Source: Liu et al. 2022, section 3.3; targets, start and files as PEFT's IA3 (tuners/ia3).
#pragma once

#include "engine/methods/method.h"

namespace engine::methods::ia3 {

extern const Method kIa3;

} // namespace engine::methods::ia3
