// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Prompt tuning: trained embeddings before every sequence, everything else frozen. Source: Lester
// et al. 2021; files as PEFT's PROMPT_TUNING (tuners/prompt_tuning).
#pragma once

#include "engine/methods/method.h"

namespace engine::methods::prompt_tuning {

extern const Method kPromptTuning;

} // namespace engine::methods::prompt_tuning
