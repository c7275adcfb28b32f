// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Samples in order, cut into micro-batches of so many tokens.
#pragma once

#include "engine/objectives/sample_list.h"
#include "engine/objectives/token_batch.h"

#include <cstdint>
#include <vector>

namespace engine::evaluate {

// The samples from `next` on that fit into `maxTokens` tokens; a longer sample goes alone. `next`
// is behind them afterwards.
inline std::vector<text::TokenSample>
nextSamples(const objectives::SampleList& samples, int64_t maxTokens, int64_t& next)
{
    std::vector<text::TokenSample> chosen;
    int64_t tokens = 0;
    while (next < samples.size()
           && (chosen.empty() || tokens + samples.length(next) <= maxTokens)) {
        tokens += samples.length(next);
        chosen.push_back(samples[next++]);
    }
    return chosen;
}

} // namespace engine::evaluate
