// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// AdapterH: a bottleneck after the attention and one after the MLP of every block, before the
// residual sum. Source: Houlsby et al. 2019; released form: Hu et al. 2021, examples/NLU
// (adapter.py).
#pragma once

#include "engine/methods/method.h"

namespace engine::methods::adapter_h {

extern const Method kAdapterH;

} // namespace engine::methods::adapter_h
