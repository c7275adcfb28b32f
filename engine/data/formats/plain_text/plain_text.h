// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A text file is one document, every token trained. Never chosen for rows of JSON.
#pragma once

#include "engine/data/format.h"

namespace engine::data::formats::plain_text {

extern const Format kFormat;

} // namespace engine::data::formats::plain_text
