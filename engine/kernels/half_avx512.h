// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Included only by files compiled for AVX-512.
#pragma once

#include <immintrin.h>

namespace engine::kernels {
namespace {

// bfloat16 bits, rounded to nearest even; NaN becomes the quiet one.
[[gnu::always_inline]] inline __m256i nearestHalf(__m512 value)
{
    const __m512i bits = _mm512_castps_si512(value);
    const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    const __m512i rounded = _mm512_srli_epi32(
        _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff))), 16);
    const __mmask16 isNan = _mm512_cmp_ps_mask(value, value, _CMP_UNORD_Q);
    return _mm512_cvtepi32_epi16(_mm512_mask_mov_epi32(rounded, isNan, _mm512_set1_epi32(0x7fc0)));
}

// For permutations of 16-bit numbers: word i of the result is number i and, above it, `behind` + i.
[[gnu::always_inline]] inline __m512i inTurns(int behind)
{
    const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i others = _mm512_add_epi32(lanes, _mm512_set1_epi32(behind));
    return _mm512_or_si512(lanes, _mm512_slli_epi32(others, 16));
}

} // namespace
} // namespace engine::kernels
