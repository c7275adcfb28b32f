// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Prefix tuning: trained keys and values before every sequence's own in every block. Source: Li &
// Liang 2021; files as PEFT's PREFIX_TUNING without projection (tuners/prefix_tuning).
#pragma once

#include "engine/methods/method.h"

namespace engine::methods::prefix_tuning {

extern const Method kPrefixTuning;

} // namespace engine::methods::prefix_tuning
