// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/cuda/offsets.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace engine::cuda {

std::vector<int32_t> paddedOffsets(const std::vector<int64_t>& offsets, int64_t capacity)
{
    const auto places = static_cast<std::size_t>(capacity) + 1;
    assert(!offsets.empty() && offsets.size() <= places);
    std::vector<int32_t> padded(offsets.begin(), offsets.end());
    padded.resize(places, padded.back());
    return padded;
}

int64_t roomFor(int64_t sequences)
{
    return 2 * static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(sequences)));
}

int64_t sequencesIn(int64_t room)
{
    return room / 2;
}

int64_t longest(const std::vector<int64_t>& offsets)
{
    int64_t most = 0;
    for (std::size_t i = 1; i < offsets.size(); ++i) {
        most = std::max(most, offsets[i] - offsets[i - 1]);
    }
    return most;
}

} // namespace engine::cuda
