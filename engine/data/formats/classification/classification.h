// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A text, or two, and its class: {"text", "text_pair", "label"}.
#pragma once

#include "engine/data/format.h"

namespace engine::data::formats::classification {

extern const Format kFormat;

} // namespace engine::data::formats::classification
