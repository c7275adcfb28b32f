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

    int64_t length() const { return m_length; }

private:
    std::unique_ptr<nn::DecodeSession> m_session; // one of the two
    std::unique_ptr<CachedDecoder> m_composed;
    at::Tensor m_logits;
    int64_t m_length = 0;
};

} // namespace engine::generate
