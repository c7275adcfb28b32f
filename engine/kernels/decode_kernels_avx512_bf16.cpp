// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/decode_kernels_avx512.h"

namespace engine::kernels {
namespace {

struct DecodeAvx512Bf16 : DecodeAvx512
{
    static void storeHalf(uint16_t* to, Vector value)
    {
        const __m256bh rounded = _mm512_cvtneps_pbh(value);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), (__m256i)rounded);
    }
    static Vector addPairs(Vector sum, uint32_t pair, Pairs line)
    {
        const __m512i x = _mm512_set1_epi32(static_cast<int>(pair));
        return _mm512_dpbf16_ps(sum, (__m512bh)x, (__m512bh)line);
    }
};

} // namespace

extern const DecodeKernels kDecodeAvx512Bf16;
const DecodeKernels kDecodeAvx512Bf16 = kernelsOf<DecodeAvx512Bf16>();

} // namespace engine::kernels
