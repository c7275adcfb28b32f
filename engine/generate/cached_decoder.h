// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A decoder's own forward pass over sequences that grow side by side, their keys and values kept.
// What decoders that are not of the standard form and searches over several sequences run on.
// Compute thread only.
#pragma once

#include "engine/nn/decoder.h"
#include "engine/nn/kv_cache.h"

#include <span>
#include <vector>

namespace engine::generate {

class CachedDecoder
{
public:
    // At most `capacity` tokens a sequence. The decoder outlives this and keeps its adapters.
    CachedDecoder(const nn::Decoder& decoder, int64_t capacity, int64_t sequences = 1);

    // Appends ids[i] (at least one) to sequence i; the first call gives the whole prompts, behind
    // which an infix of virtual tokens stands. Returns the logits after the last of each,
    // float32 [sequences, vocabulary], on the processor. Several may be of unequal length unless
    // keys have to be made anew as they grow (canDiffer()).
    at::Tensor next(std::span<const std::vector<int64_t>> ids);

    // Whether sequences of up to `longest` tokens may be of unequal length.
    static bool canDiffer(const nn::Decoder& decoder, int64_t longest);

    // Sequence i goes on from what sequence parents[i] was.
    void reorder(std::span<const int64_t> parents);

    // Of the first sequence.
    int64_t length() const { return static_cast<int64_t>(m_ids.front().size()); }

private:
    bool turnsAnew(int64_t after) const;

    const nn::Decoder& m_decoder;
    int64_t m_capacity;
    nn::KvCache m_cache;
    std::vector<std::vector<int64_t>> m_ids; // of every sequence so far
    std::vector<int64_t> m_prompts;          // how many of them it began with
};

} // namespace engine::generate
