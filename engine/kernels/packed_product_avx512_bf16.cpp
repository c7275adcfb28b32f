// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/packed_product_avx512.h"

namespace engine::kernels {
namespace {

struct Avx512Bf16 : Avx512
{
    using Weights = __m512i;
    static constexpr bool kHasDots = true;

    static Weights loadPairs(const uint16_t* from) { return _mm512_loadu_si512(from); }
    static void storeHalf(uint16_t* to, Vector value)
    {
        const __m256bh rounded = _mm512_cvtneps_pbh(value);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), (__m256i)rounded);
    }
    static Vector fmaPairs(Vector sum, const uint16_t* row, Weights weights)
    {
        const __m512 pair = _mm512_set1_ps(*reinterpret_cast<const float*>(row));
        return _mm512_dpbf16_ps(sum, (__m512bh)pair, (__m512bh)weights);
    }
    static Vector fmaPairsKept(Mask mask, Vector sum, const uint16_t* row, Weights weights)
    {
        const __m512 pair = _mm512_set1_ps(*reinterpret_cast<const float*>(row));
        return _mm512_mask_dpbf16_ps(sum, mask, (__m512bh)pair, (__m512bh)weights);
    }
};

constexpr int64_t kLanes = Avx512Bf16::kLanes;

// 32 columns of x, or 16.
template <int Vectors>
__m512i loadColumns(const uint16_t* x, __mmask32 kept)
{
    if constexpr (Vectors == 2) {
        return _mm512_maskz_loadu_epi16(kept, x);
    } else {
        return _mm512_maskz_loadu_epi16(kept & 0xffff, x);
    }
}

// Two rows of x at a time, column by column in one word, times the same rows of g.
//   factors  [(m + 1) / 2, rank] pairs of g
template <int Ranks, int Vectors>
void rankPairs(const RankSum& sum, const uint32_t* factors, int64_t rank, int64_t column)
{
    const __m512i first = inTurns(2 * kLanes);
    const __m512i second = _mm512_add_epi16(first, _mm512_set1_epi16(kLanes));
    const auto keptOf = [&](int64_t row) {
        return sum.kept.bytes == nullptr ? ~__mmask32{0}
                                         : static_cast<__mmask32>(bitsAt(sum.kept, row, column));
    };
    const auto* x = static_cast<const uint16_t*>(sum.x) + column;
    float* const c = sum.c + rank * sum.cStride + column;
    __m512 sums[Ranks][Vectors];
#pragma GCC unroll 8
    for (int r = 0; r < Ranks; ++r) {
#pragma GCC unroll 2
        for (int v = 0; v < Vectors; ++v) {
            sums[r][v] = Avx512::load(c + r * sum.cStride + v * kLanes);
        }
    }
    factors += rank;
    for (int64_t row = 0; row < sum.m; row += 2, factors += sum.rank) {
        const __m512i even = loadColumns<Vectors>(x + row * sum.xStride, keptOf(row));
        const __m512i odd = row + 1 < sum.m
                                ? loadColumns<Vectors>(x + (row + 1) * sum.xStride, keptOf(row + 1))
                                : _mm512_setzero_si512();
        __m512i pairs[Vectors];
        pairs[0] = _mm512_permutex2var_epi16(even, first, odd);
        if constexpr (Vectors == 2) {
            pairs[1] = _mm512_permutex2var_epi16(even, second, odd);
        }
#pragma GCC unroll 8
        for (int r = 0; r < Ranks; ++r) {
            const __m512i factor = _mm512_set1_epi32(static_cast<int>(factors[r]));
#pragma GCC unroll 2
            for (int v = 0; v < Vectors; ++v) {
                sums[r][v] = _mm512_dpbf16_ps(sums[r][v], (__m512bh)factor, (__m512bh)pairs[v]);
            }
        }
    }
#pragma GCC unroll 8
    for (int r = 0; r < Ranks; ++r) {
#pragma GCC unroll 2
        for (int v = 0; v < Vectors; ++v) {
            Avx512::store(c + r * sum.cStride + v * kLanes, sums[r][v]);
        }
    }
}

template <int Ranks>
void rankPairs(const RankSum& sum, const uint32_t* factors, int64_t rank)
{
    const int64_t width = roundedUp(sum.width, kPanelFeatures);
    int64_t column = 0;
    for (; column + 2 * kLanes <= width; column += 2 * kLanes) {
        rankPairs<Ranks, 2>(sum, factors, rank, column);
    }
    if (column < width) {
        rankPairs<Ranks, 1>(sum, factors, rank, column);
    }
}

void rankSumOfPairs(const RankSum& sum)
{
    if (sum.type == PackedType::Float32) {
        rankSum<Avx512Bf16>(sum);
        return;
    }
    thread_local AlignedBuffer tPairs;
    tPairs.reserve(static_cast<std::size_t>((sum.m + 1) / 2 * sum.rank) * sizeof(uint32_t));
    auto* pairs = tPairs.as<uint32_t>();
    const auto* g = static_cast<const uint16_t*>(sum.g);
    for (int64_t row = 0; row < sum.m; row += 2) {
        const uint16_t* const even = g + row * sum.gStride;
        for (int64_t r = 0; r < sum.rank; ++r) {
            const uint32_t odd = row + 1 < sum.m ? even[sum.gStride + r] : 0;
            *pairs++ = odd << 16 | even[r];
        }
    }
    int64_t rank = 0;
    for (; rank + 8 <= sum.rank; rank += 8) {
        rankPairs<8>(sum, tPairs.as<uint32_t>(), rank);
    }
    for (; rank + 2 <= sum.rank; rank += 2) {
        rankPairs<2>(sum, tPairs.as<uint32_t>(), rank);
    }
    if (rank < sum.rank) {
        rankPairs<1>(sum, tPairs.as<uint32_t>(), rank);
    }
}

} // namespace

extern const PackedKernels kPackedAvx512Bf16;
const PackedKernels kPackedAvx512Bf16 = {product<Avx512Bf16>, rankSumOfPairs};

} // namespace engine::kernels
