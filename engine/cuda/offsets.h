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

// Room for so many sequences and a few more: a power of two, 8 at least. The backward splits its
// sums by the room, so a launched step gives the bits of a recorded one only where both have the
// same.
int64_t roomFor(int64_t sequences);

// Tokens of the longest sequence; 0 without any.
int64_t longest(const std::vector<int64_t>& offsets);

} // namespace engine::cuda
