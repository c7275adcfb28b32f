// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// AVX-512 for the tiles of packed_product_tiles.h; bfloat16 is widened. Included only by the files
// compiled for it.
#pragma once

#include <array>
#include <utility>

#include <immintrin.h>

#include "engine/kernels/half_avx512.h"
#include "engine/kernels/packed_product_tiles.h"
#include "engine/kernels/rank_sum_tiles.h"

namespace engine::kernels {
namespace {

struct Avx512
{
    using Vector = __m512;
    using Mask = __mmask16;
    static constexpr bool kHasDots = false;
    static constexpr int64_t kLanes = 16;
    static constexpr int kRows = 12;
    static constexpr int kPanels = 2;
    static constexpr int kKeptRows = 3; // six masks of the seven there are
    static constexpr int kRanks = 8;
    static constexpr int kRankVectors = 2;

    static Vector zero() { return _mm512_setzero_ps(); }
    static Vector load(const float* from) { return _mm512_loadu_ps(from); }
    static void store(float* to, Vector value) { _mm512_storeu_ps(to, value); }
    static Vector broadcast(const float* from) { return _mm512_set1_ps(*from); }
    static Vector fma(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
    static Vector add(Vector a, Vector b) { return _mm512_add_ps(a, b); }

    static Mask maskOf(uint32_t bits) { return static_cast<Mask>(bits); }
    static Vector keep(Mask mask, Vector value) { return _mm512_maskz_mov_ps(mask, value); }
    static Vector fmaKept(Mask mask, Vector a, Vector b, Vector c)
    {
        return _mm512_mask3_fmadd_ps(a, b, c, mask);
    }

    static Vector loadHalf(const uint16_t* from)
    {
        const __m512i wide =
            _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
        return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
    }
    static void storeHalf(uint16_t* to, Vector value)
    {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), nearestHalf(value));
    }
    // Pairs (k, k + 1) of kLanes features.
    static void widenPairs(const uint16_t* from, float* even, float* odd)
    {
        const __m512i pairs = _mm512_loadu_si512(from);
        const __m512i high = _mm512_set1_epi32(static_cast<int>(0xffff0000U));
        store(even, _mm512_castsi512_ps(_mm512_slli_epi32(pairs, 16)));
        store(odd, _mm512_castsi512_ps(_mm512_and_si512(pairs, high)));
    }
};

} // namespace
} // namespace engine::kernels
