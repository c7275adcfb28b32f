// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// VeRA in PEFT's files: vectors by module, beside them the shared projections. Source: peft
// (tuners/vera).
#pragma once

#include "engine/methods/method.h"

namespace engine::methods::vera {

extern const PeftForm kPeft;

} // namespace engine::methods::vera
