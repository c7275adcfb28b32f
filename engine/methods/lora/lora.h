// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Low-rank adaptation: W stays frozen, ΔW = (alpha / rank) · B A is trained. Source: Hu et al.
// 2021, section 4.
#pragma once

#include "engine/methods/method.h"

namespace engine::methods::lora {

extern const Method kLora;

} // namespace engine::methods::lora
