// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A conversation as both programs, the data readers and the chat templates understand it.
#pragma once

#include "engine/contract/value.h"

#include <string>
#include <vector>

namespace engine::contract {

// One turn. `role` is "system", "user", "assistant" or "tool".
struct Turn
{
    std::string role;
    std::string content;
    // Alpaca's second field of a user turn. A template without a place for it joins it to `content`
    // by a newline.
    std::string input = {};
    // False when the data says that this turn carries no loss (weight 0).
    bool trained = true;
    // Members a template may read beyond role and content (tool_calls, name, …); null when there
    // are none.
    Value extra = {};
};

struct Conversation
{
    std::vector<Turn> turns;
    Value tools; // list of JSON schemas, or null
};

} // namespace engine::contract
