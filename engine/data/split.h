// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Which samples train and which validate.
#pragma once

#include <cstdint>
#include <vector>

namespace engine::data {

struct Split
{
    std::vector<int64_t> train;      // ascending
    std::vector<int64_t> validation; // ascending
};

enum class SplitBy {
    Chance, // drawn from the seed
    Order,  // the last ones: windows of one document
};

// `fraction` of `count` samples validate, rounded; with a fraction above 0 and two samples or more,
// at least one on each side. Depends on the arguments only. Throws Failure(kBadField) unless 0 ≤
// fraction < 1.
Split splitIndices(int64_t count, double fraction, uint64_t seed, SplitBy by = SplitBy::Chance);

} // namespace engine::data
