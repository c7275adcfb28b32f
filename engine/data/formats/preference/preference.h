// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Pairs of answers to one prompt, of which one is better: {"prompt", "chosen", "rejected"}.
#pragma once

#include "engine/data/format.h"

namespace engine::data::formats::preference {

extern const Format kFormat;

} // namespace engine::data::formats::preference
