// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Padding-free packing: samples laid end to end, each attending to itself only, so that a step
// computes no padding.
#pragma once

#include <cstdint>
#include <vector>

namespace engine::data {

struct Pack
{
    std::vector<int64_t> samples; // in the given order
    int64_t tokens = 0;
};

// Puts every sample of `order` into exactly one pack of at most `maxTokens`; a longer sample gets a
// pack of its own. Best fit, longest first, inside windows of the order (Johnson 1974), so that
// packs are full and yet every epoch's shuffle mixes them anew. Depends on the arguments only. O(n
// log n).
//   lengths  [samples] tokens of each
//   order    indices into `lengths`
std::vector<Pack> packSamples(const std::vector<int64_t>& lengths,
                              const std::vector<int64_t>& order,
                              int64_t maxTokens);

// Tokens over room, 0…1: how full the packs are. 0 without packs.
double packFill(const std::vector<Pack>& packs, int64_t maxTokens);

} // namespace engine::data
