// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Stanford Alpaca: {"instruction", "input", "output", "system", "history": [[question, answer],
// …]}.
#pragma once

#include "engine/data/format.h"

namespace engine::data::formats::alpaca {

extern const Format kFormat;

} // namespace engine::data::formats::alpaca
