// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Facts about sample lengths for reports: what a person needs to choose max_length.
#pragma once

#include <cstdint>
#include <vector>

namespace engine::data {

struct LengthFacts
{
    int64_t count = 0;
    int64_t total = 0; // tokens
    int64_t minimum = 0;
    int64_t median = 0; // nearest rank, as p95
    int64_t p95 = 0;
    int64_t p99 = 0;
    int64_t maximum = 0;
    int64_t overLimit = 0;       // samples longer than the limit
    int64_t tokensOverLimit = 0; // tokens of theirs beyond it
};

// How many lengths lie in [i · width, (i + 1) · width).
struct LengthHistogram
{
    int64_t width = 1; // a power of two
    std::vector<int64_t> counts;
    int64_t beyond = 0; // longer than all of them
};

// About 32 bins up to `limit`, or to the longest where all fit, and on to the longest or four times
// `limit`; without a limit (≤ 0) at most 64 bins up to the longest.
LengthHistogram lengthHistogram(const std::vector<int64_t>& lengths, int64_t limit);

// `limit` ≤ 0: no limit. All zero for no lengths.
LengthFacts lengthFacts(std::vector<int64_t> lengths, int64_t limit);

} // namespace engine::data
