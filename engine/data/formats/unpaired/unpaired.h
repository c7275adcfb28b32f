// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Answers that are wanted or not: {"prompt", "completion", "label": true}, as KTO learns from.
#pragma once

#include "engine/data/format.h"

namespace engine::data::formats::unpaired {

extern const Format kFormat;

} // namespace engine::data::formats::unpaired
