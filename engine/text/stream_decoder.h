// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Text of a generation while it comes: whole characters only, and all pieces together equal the
// text decoded at once.
#pragma once

#include "engine/text/tokenizer.h"

#include <cstdint>
#include <string>
#include <vector>

namespace engine::text {

class StreamDecoder
{
public:
    // `tokenizer` outlives the decoder.
    explicit StreamDecoder(const Tokenizer& tokenizer) : m_tokenizer(tokenizer) {}

    // The text that `id` completes; empty while a character is incomplete. Special tokens have no
    // text.
    std::string push(int64_t id);
    // What push(id) would give, with nothing pushed.
    std::string peek(int64_t id) const { return StreamDecoder(*this).push(id); }
    // The rest, with U+FFFD for what never became a character. The decoder is empty afterwards.
    std::string finish();

private:
    const Tokenizer& m_tokenizer;
    std::vector<int64_t> m_ids; // all so far
    size_t m_emittedBytes = 0;
    // Only a window is decoded again: ids [m_context, m_pending) have been emitted and give what
    // follows its spacing.
    size_t m_context = 0;
    size_t m_pending = 0;
};

} // namespace engine::text
