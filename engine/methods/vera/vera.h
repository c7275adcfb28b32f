// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// VeRA: ΔW = diag(b) B diag(d) A, where A and B are random, frozen and shared by all modules; the
// vectors d and b of each are trained. Source: Kopiczko et al. 2024, section 3; start and files as
// PEFT's VERA (tuners/vera). A module in training costs its x Aᵀ, elementSize · rank per token, and
// its two vectors with their sums; A and B are there once, and on the processor packed for both
// directions once for every width of modules: 2 · elementSize · rank · (in + out).
#pragma once

#include "engine/methods/method.h"

namespace engine::methods::vera {

extern const Method kVera;

} // namespace engine::methods::vera
