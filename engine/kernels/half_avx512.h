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

} // namespace
} // namespace engine::kernels
