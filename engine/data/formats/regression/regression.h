// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A text, or two, and a number: {"text", "text_pair", "score"}.
#pragma once

#include "engine/data/format.h"

namespace engine::data::formats::regression {

extern const Format kFormat;

} // namespace engine::data::formats::regression
