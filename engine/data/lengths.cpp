// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/lengths.h"

#include <algorithm>

namespace engine::data {

LengthHistogram lengthHistogram(const std::vector<int64_t>& lengths, int64_t limit)
{
    constexpr int64_t kBins = 32;
    constexpr int64_t kLimits = 4; // shown
    LengthHistogram histogram;
    if (lengths.empty()) {
        return histogram;
    }
    const int64_t longest = *std::max_element(lengths.begin(), lengths.end());
    const int64_t scale = limit > 0 ? std::min(limit, longest) : longest / 2;
    while (histogram.width * kBins < scale) {
        histogram.width *= 2;
    }
    const int64_t last = limit > 0 ? std::min(longest, kLimits * limit) : longest;
    histogram.counts.resize(static_cast<std::size_t>(last / histogram.width + 1));
    for (const int64_t length : lengths) {
        const auto bin = static_cast<std::size_t>(length / histogram.width);
        ++(bin < histogram.counts.size() ? histogram.counts[bin] : histogram.beyond);
    }
    return histogram;
}

LengthFacts lengthFacts(std::vector<int64_t> lengths, int64_t limit)
{
    LengthFacts facts;
    if (lengths.empty()) {
        return facts;
    }
    std::sort(lengths.begin(), lengths.end());
    const auto atPercent = [&](std::size_t percent) {
        return lengths[(lengths.size() * percent + 99) / 100 - 1];
    };
    facts.count = static_cast<int64_t>(lengths.size());
    facts.minimum = lengths.front();
    facts.median = atPercent(50);
    facts.p95 = atPercent(95);
    facts.p99 = atPercent(99);
    facts.maximum = lengths.back();
    for (const int64_t length : lengths) {
        facts.total += length;
        if (limit > 0 && length > limit) {
            ++facts.overLimit;
            facts.tokensOverLimit += length - limit;
        }
    }
    return facts;
}

} // namespace engine::data
