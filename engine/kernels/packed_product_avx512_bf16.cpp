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

} // namespace

extern const PackedKernels kPackedAvx512Bf16;
const PackedKernels kPackedAvx512Bf16 = {product<Avx512Bf16>, rankSum<Avx512Bf16>};

} // namespace engine::kernels
