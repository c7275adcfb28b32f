// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What quantisers ask of their numbers before they divide by the largest: that all are finite. The
// bits of the largest magnitude tell: they are ordered as the numbers are, and those of infinity
// and NaN lie above all others.
#pragma once

#include "engine/kernels/vectors.h"

#include <bit>
#include <cstdint>

namespace engine::kernels {

inline constexpr uint32_t kInfinityBits = 0x7f800000U;

// The numbers in float32; returns the bits of the largest magnitude.
template <typename T>
[[gnu::always_inline]] inline uint32_t widenAndMeasure(const T* from, int64_t count, float* to)
{
    uint32_t largest = 0;
    for (int64_t i = 0; i < count; ++i) {
        to[i] = widened(from[i]);
        largest = std::max(largest, std::bit_cast<uint32_t>(to[i]) & 0x7fffffffU);
    }
    return largest;
}

} // namespace engine::kernels
