// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/lengths.h"

#include <algorithm>

namespace engine::data {

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
