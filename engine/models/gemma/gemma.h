// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Gemma: norms whose weights count from 1, embeddings times √hidden, a GELU-gated MLP, a tied head.
#pragma once

#include "engine/models/family.h"

namespace engine::models::gemma {

extern const Family kGemma;

} // namespace engine::models::gemma
