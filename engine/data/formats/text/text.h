// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// {"text"}: one document a row, every token trained.
#pragma once

#include "engine/data/format.h"

namespace engine::data::formats::text {

extern const Format kFormat;

} // namespace engine::data::formats::text
