// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Prefix-layer tuning: prefix-embedding tuning whose tokens get a trained state of their own for
// every block. Count L · hidden · (prefix + infix): what enters each of the L blocks; what leaves
// the last one is computed, for nobody reads it but the head behind the last infix token. Source:
// Hu et al. 2021, section 5.1.
#pragma once

#include "engine/methods/method.h"

namespace engine::methods::prefix_layer {

extern const Method kPrefixLayer;

} // namespace engine::methods::prefix_layer
