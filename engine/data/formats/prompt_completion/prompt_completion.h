// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// {"prompt", "completion"} as texts or lists of messages, under all their common names.
#pragma once

#include "engine/data/format.h"

namespace engine::data::formats::prompt_completion {

extern const Format kFormat;

} // namespace engine::data::formats::prompt_completion
