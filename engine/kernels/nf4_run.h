// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A run of NF4 numbers, block after block: a block's sixteen numbers are multiplied with its scale
// and rounded once, then looked up by code. One version per instruction set, all with the same
// bits.
#pragma once

#include "engine/kernels/float_types.h"
#include "engine/kernels/nf4_table.h"

#include <cstdint>

namespace engine::kernels {

inline constexpr int kNf4Codes = 16;

struct Nf4Run
{
    const uint8_t* codes; // of the whole weight
    int64_t first;        // number of the weight
    int64_t count;
    int64_t block;            // numbers per scale, even
    const float* scales;      // of the blocks from that of `first` on
    c10::ScalarType dtype;    // what numbers are rounded to before T
    bool passesCache = false; // whole aligned vectors are written past the caches
};

// The table's numbers times a scale, rounded.
template <typename T>
[[gnu::always_inline]] inline void
scaledTable(float scale, c10::ScalarType dtype, T (&table)[kNf4Codes])
{
    float numbers[kNf4Codes];
    for (std::size_t code = 0; code < kNf4Codes; ++code) {
        numbers[code] = kNf4[code] * scale;
    }
    if (dtype != c10::CppTypeToScalarType<T>::value) { // else once is enough
        roundTo(dtype, numbers, kNf4Codes);
    }
    for (std::size_t code = 0; code < kNf4Codes; ++code) {
        table[code] = narrowed<T>(numbers[code]);
    }
}

// One block's part of a run, [first, first + count).
template <typename T>
[[gnu::always_inline]] inline void
lookUp(const uint8_t* codes, int64_t first, int64_t count, const T* table, T* to)
{
    for (int64_t i = first; i < first + count; ++i) {
        *to++ = table[codes[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
    }
}

// part(first, count, scale, to) for each block's part of a run.
template <typename T, typename Part>
[[gnu::always_inline]] inline void eachBlock(const Nf4Run& run, T* to, Part part)
{
    const float* scale = run.scales;
    const int64_t last = run.first + run.count;
    int64_t end = (run.first / run.block + 1) * run.block;
    for (int64_t i = run.first; i < last; end += run.block) {
        const int64_t count = std::min(last, end) - i;
        part(i, count, *scale++, to);
        to += count;
        i += count;
    }
}

// T: float, c10::BFloat16, c10::Half.
template <typename T>
void unpackRun(const Nf4Run& run, T* to);
template <typename T>
void unpackRunAvx2(const Nf4Run& run, T* to);
template <typename T>
void unpackRunAvx512(const Nf4Run& run, T* to);

} // namespace engine::kernels
