// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Mistral: Llama with a sliding window in every block (version 0.1) and heads whose size is its
// own.
#pragma once

#include "engine/models/family.h"

namespace engine::models::mistral {

extern const Family kMistral;

} // namespace engine::models::mistral
