// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include <immintrin.h>

#include "engine/kernels/packed_product_tiles.h"
#include "engine/kernels/rank_sum_tiles.h"

namespace engine::kernels {
namespace {

struct Avx2
{
    using Vector = __m256;
    using Mask = __m256;
    static constexpr bool kHasDots = false;
    static constexpr int64_t kLanes = 8;
    static constexpr int kRows = 6;
    static constexpr int kPanels = 1;
    static constexpr int kKeptRows = 1;
    static constexpr int kRanks = 4;
    static constexpr int kRankVectors = 2;

    static Vector zero() { return _mm256_setzero_ps(); }
    static Vector load(const float* from) { return _mm256_loadu_ps(from); }
    static void store(float* to, Vector value) { _mm256_storeu_ps(to, value); }
    static Vector broadcast(const float* from) { return _mm256_broadcast_ss(from); }
    static Vector fma(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
    static Vector add(Vector a, Vector b) { return _mm256_add_ps(a, b); }

    static Mask maskOf(uint32_t bits)
    {
        const __m256i lanes = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
        const __m256i set = _mm256_and_si256(_mm256_set1_epi32(static_cast<int>(bits)), lanes);
        return _mm256_castsi256_ps(_mm256_cmpeq_epi32(set, lanes));
    }
    static Vector keep(Mask mask, Vector value) { return _mm256_and_ps(mask, value); }
    static Vector fmaKept(Mask mask, Vector a, Vector b, Vector c)
    {
        return fma(a, keep(mask, b), c);
    }

    static Vector loadHalf(const uint16_t* from)
    {
        const __m256i wide =
            _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
        return _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16));
    }
    // Rounds to nearest even; NaN becomes the quiet one.
    static void storeHalf(uint16_t* to, Vector value)
    {
        const __m256i bits = _mm256_castps_si256(value);
        const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
        __m256i rounded = _mm256_srli_epi32(
            _mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff))), 16);
        const __m256i isNan = _mm256_castps_si256(_mm256_cmp_ps(value, value, _CMP_UNORD_Q));
        rounded = _mm256_blendv_epi8(rounded, _mm256_set1_epi32(0x7fc0), isNan);
        const __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(rounded, rounded), 8);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm256_castsi256_si128(packed));
    }
    // Pairs (k, k + 1) of kLanes features.
    static void widenPairs(const uint16_t* from, float* even, float* odd)
    {
        const __m256i pairs = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
        const __m256i high = _mm256_set1_epi32(static_cast<int>(0xffff0000U));
        store(even, _mm256_castsi256_ps(_mm256_slli_epi32(pairs, 16)));
        store(odd, _mm256_castsi256_ps(_mm256_and_si256(pairs, high)));
    }
};

} // namespace

extern const PackedKernels kPackedAvx2;
const PackedKernels kPackedAvx2 = {product<Avx2>, rankSum<Avx2>};

} // namespace engine::kernels
