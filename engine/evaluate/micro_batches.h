// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Samples in order, cut into micro-batches of so many tokens.
#pragma once

#include "engine/objectives/token_batch.h"

#include <cstdint>
#include <vector>

namespace engine::evaluate {

// The samples from `next` on that fit into `maxTokens` tokens; a longer sample goes alone. `next`
// is behind them afterwards.
inline std::vector<const text::TokenSample*>
nextSamples(const std::vector<text::TokenSample>& samples, int64_t maxTokens, std::size_t& next)
{
    std::vector<const text::TokenSample*> chosen;
    int64_t tokens = 0;
    while (next < samples.size()
           && (chosen.empty()
               || tokens + static_cast<int64_t>(samples[next].ids.size()) <= maxTokens)) {
        tokens += static_cast<int64_t>(samples[next].ids.size());
        chosen.push_back(&samples[next++]);
    }
    return chosen;
}

} // namespace engine::evaluate
