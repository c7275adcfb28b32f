// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// AdapterL: one bottleneck per block, after the MLP, on the normed stream. Source: Lin et al. 2020
// (Exploring versatile generative language model via parameter-efficient transfer learning).
#pragma once

#include "engine/methods/method.h"

namespace engine::methods::adapter_l {

extern const Method kAdapterL;

} // namespace engine::methods::adapter_l
