// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// BitFit: the bias vectors alone are trained, those of norms included. Source: Ben Zaken et al.
// 2021; Hu et al. 2021, section 5.1.
#pragma once

#include "engine/methods/method.h"

namespace engine::methods::bitfit {

extern const Method kBitfit;

} // namespace engine::methods::bitfit
