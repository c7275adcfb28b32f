// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A sequence that grows, as generation sees it: ids in, logits of the next position out. The one
// place that chooses how a decoder is run for it. Compute thread only.
#pragma once

#include "engine/generate/cached_decoder.h"
#include "engine/nn/decode_session.h"

#include <memory>
#include <span>
#include <vector>

namespace engine::generate {

// Keys and values of a prompt that was read, for the next one that begins like it: of the same
// decoder with the same adapters.
struct ReadPrompt
{
    std::vector<int64_t> ids;
    nn::DecodeCache cache; // empty unless a DecodeSession read it
};

class Continuation
{
public:
    // For at most `capacity` tokens. A decoder of the standard form runs as a DecodeSession, any
    // other through its own forward pass with a cache. The decoder outlives this and keeps its
    // adapters meanwhile.
    Continuation(const nn::Decoder& decoder, int64_t capacity);

    // Logits after the last of `ids` (at least one), which follow those given before: float32
    // [vocabulary], valid until the next call.
    std::span<const float> next(std::span<const int64_t> ids);

    // The first call: logits after the last of `prompt`. What `before` has of its beginning is not
    // computed again; the numbers are those of reading all of it.
    std::span<const float> read(std::span<const int64_t> prompt, ReadPrompt before);
    // Of read(), the tokens that were not computed again.
    int64_t reused() const { return m_reused; }
    // What read() was given, to read the next one with; no token follows.
    ReadPrompt release();

private:
    std::unique_ptr<nn::DecodeSession> m_session; // one of the two
    std::unique_ptr<CachedDecoder> m_composed;
    at::Tensor m_logits;
    std::vector<int64_t> m_prompt;
    int64_t m_reused = 0;
};

} // namespace engine::generate
