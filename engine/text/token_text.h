// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One token as a person reads it: the vocabulary's spelling ("Ġthe", "▁the", "<0x0A>") undone.
#pragma once

#include "engine/text/tokenizer.h"

#include <cstdint>
#include <string>

namespace engine::text {

// " the" for "Ġthe" and "▁the", "\n" for "Ċ"; special tokens as they are spelled; bytes that are no
// whole character as "<0xED>".
std::string tokenText(const Tokenizer& tokenizer, int64_t id);

} // namespace engine::text
