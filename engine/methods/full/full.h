// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Full fine-tuning: every parameter is trained, a tied head with its embedding. The baseline of Hu
// et al. 2021, section 5.1.
#pragma once

#include "engine/methods/method.h"

namespace engine::methods::full {

extern const Method kFull;

} // namespace engine::methods::full
