// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Where packed sequences lie, as the flash kernels read it. Host arithmetic alone.
#pragma once

#include <cstdint>
#include <vector>

namespace engine::cuda {

// int32 offsets with room for `capacity` sequences: the places behind the last one repeat its end,
// which makes them empty sequences. capacity is at least the number of sequences; offsets fit
// int32.
std::vector<int32_t> paddedOffsets(const std::vector<int64_t>& offsets, int64_t capacity);

// Room for so many sequences: a power of two, and as many empty ones again. The deterministic
// backward cuts a head's keys into ⌈multiprocessors / (room · heads)⌉ parts with sums of their own:
// without the empty ones its blocks are just more than the GPU holds at a time, with more of them
// it stands half idle. A launched step gives the bits of a recorded one where both have the same
// room. Source: flash_bwd_launch_template.h of FlashAttention 2.
int64_t roomFor(int64_t sequences);
// The most sequences of such a room that are not empty.
int64_t sequencesIn(int64_t room);

// Tokens of the longest sequence; 0 without any.
int64_t longest(const std::vector<int64_t>& offsets);

} // namespace engine::cuda
