// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// AdapterP: one bottleneck per block, after the MLP; it reads the stream. Source: Pfeiffer et al.
// 2021, its layout without the fusion; released form: Hu et al. 2021, examples/NLU
// (modeling_roberta.py).
#pragma once

#include "engine/methods/method.h"

namespace engine::methods::adapter_p {

extern const Method kAdapterP;

} // namespace engine::methods::adapter_p
