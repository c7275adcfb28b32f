// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// VeRA: ΔW = diag(b) B diag(d) A, where A and B are random, frozen and shared by all modules; the
// vectors d and b of each are trained. Source: Kopiczko et al. 2024, section 3; start and files as
// PEFT's VERA (tuners/vera).
#pragma once

#include "engine/methods/method.h"

namespace engine::methods::vera {

extern const Method kVera;

} // namespace engine::methods::vera
