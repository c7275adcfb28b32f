// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Where the answers stand in a rendered conversation: found by rendering its beginnings, checked as
// prefixes of the whole, and looked up by content where a template rewrites earlier turns.
#pragma once

#include "engine/bridge/chat_template.h"
#include "engine/contract/conversation.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::text {

class ChatFormat;

struct AnswerSpan
{
    size_t turn = 0; // index of the assistant turn
    size_t begin = 0;
    size_t end = 0;      // bytes of the text, the end-of-turn mark included
    bool marked = false; // by the template itself: trained as it says, mark or not
};

struct AnswerSpans
{
    std::vector<AnswerSpan> found;
    std::vector<size_t> missing; // assistant turns that are not in the text
};

// The assistant turns of `conversation` in `text`, which is all of `messages` rendered without a
// generation prompt. `marks` are the texts of the special tokens, one of which may end a turn.
AnswerSpans findAnswers(const ChatFormat& format,
                        const contract::Conversation& conversation,
                        const std::vector<std::string>& messages,
                        const std::string& text,
                        const std::vector<std::string>& marks);

// The answers that the template itself marks with {% generation %}: exactly these bytes are
// trained, as the reference library masks them.
AnswerSpans markedAnswers(const contract::Conversation& conversation,
                          const std::vector<bridge::RenderedChat::Span>& generations);

// The mark that follows `position` directly or after white space; empty when none does.
std::string_view
markAfter(std::string_view text, size_t position, const std::vector<std::string>& marks);

} // namespace engine::text
