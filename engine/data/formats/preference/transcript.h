// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Dialogues written as one text: "\n\nHuman: …\n\nAssistant: …\n\nHuman: …". Source: Anthropic's
// hh-rlhf.
#pragma once

#include "engine/data/turns.h"

#include <string_view>
#include <vector>

namespace engine::data::formats::preference {

// A text that begins with a human turn and has one of the assistant.
bool isTranscript(const Value& value);

// Its turns, without the marks and the space behind each. A last answer without text is left out: a
// prompt ends where the answer is to begin.
std::vector<Turn> turnsOfTranscript(std::string_view text);

} // namespace engine::data::formats::preference
