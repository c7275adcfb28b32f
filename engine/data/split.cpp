// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/split.h"

#include "engine/device/failure.h"
#include "engine/device/seeds.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace engine::data {

Split splitIndices(int64_t count, double fraction, uint64_t seed, SplitBy by)
{
    if (!(fraction >= 0 && fraction < 1)) {
        throw Failure(code::kBadField,
                      "data.validation.fraction: expected 0 or more and below 1, got "
                          + std::to_string(fraction),
                      "0.05 keeps one sample in twenty for validation",
                      "data.validation.fraction");
    }
    std::vector<int64_t> order(static_cast<std::size_t>(count));
    if (by == SplitBy::Chance) {
        order = device::shuffledIndices(count, device::derivedSeed(seed, "validation split"));
    } else {
        std::iota(order.begin(), order.end(), int64_t{0});
    }
    int64_t validating = 0;
    if (fraction > 0 && count >= 2) {
        const int64_t wanted = std::llround(static_cast<double>(count) * fraction);
        validating = std::clamp<int64_t>(wanted, 1, count - 1);
    }
    std::vector<bool> validates(order.size());
    for (auto index = order.end() - validating; index != order.end(); ++index) {
        validates[static_cast<std::size_t>(*index)] = true;
    }
    Split split;
    split.train.reserve(order.size());
    for (int64_t index = 0; index < count; ++index) {
        (validates[static_cast<std::size_t>(index)] ? split.validation : split.train)
            .push_back(index);
    }
    return split;
}

} // namespace engine::data
