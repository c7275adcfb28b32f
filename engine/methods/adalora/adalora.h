// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// AdaLoRA: ΔW = P Λ Q by triplets of two vectors and a number; those that matter least are switched
// off while training goes on, until a budget for the whole model is met. Source: Zhang et al. 2023;
// start, allocation and files as PEFT's ADALORA (tuners/adalora).
#pragma once

#include "engine/methods/method.h"

namespace engine::methods::adalora {

extern const Method kAdalora;

} // namespace engine::methods::adalora
