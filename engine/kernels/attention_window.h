// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Which tiles meet where a query sees only so many keys up to its own. Tiles are of `lanes`
// neighbouring tokens and counted from the sequence's first.
#pragma once

#include <algorithm>
#include <cstdint>

namespace engine::kernels {

// The keys that a query sees, its own included, where it sees all before it.
inline constexpr int64_t kNoWindow = int64_t{1} << 40;

// The first tile of keys of which a tile of queries sees something.
constexpr int64_t firstTileSeen(int64_t queries, int64_t window, int64_t lanes)
{
    return std::max<int64_t>(0, queries * lanes - window + 1) / lanes;
}

// How many tiles of queries, from its own on, see something of a tile of keys.
constexpr int64_t tilesThatSee(int64_t window, int64_t lanes)
{
    return (window + 2 * lanes - 2) / lanes;
}

} // namespace engine::kernels
