// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// {"messages": [{"role", "content"}, …]} and ShareGPT's {"conversations": [{"from", "value"}, …]}.
#pragma once

#include "engine/data/format.h"

namespace engine::data::formats::messages {

extern const Format kFormat;

} // namespace engine::data::formats::messages
