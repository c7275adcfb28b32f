// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/mixing.h"

#include "engine/device/seeds.h"

#include <algorithm>
#include <cmath>

namespace engine::data {

std::vector<int64_t> weightedIndices(int64_t count, double weight, uint64_t seed)
{
    const double whole = std::floor(weight);
    const auto times = static_cast<int64_t>(whole);
    int64_t drawn = std::llround((weight - whole) * static_cast<double>(count));
    if (times == 0 && count > 0) {
        drawn = std::max<int64_t>(drawn, 1);
    }
    std::vector<int64_t> indices =
        device::shuffledIndices(count, device::derivedSeed(seed, "mixture"));
    indices.resize(static_cast<std::size_t>(drawn));
    for (int64_t index = 0; index < count; ++index) {
        indices.insert(indices.end(), static_cast<std::size_t>(times), index);
    }
    std::sort(indices.begin(), indices.end());
    return indices;
}

} // namespace engine::data
