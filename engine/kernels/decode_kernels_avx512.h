// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// AVX-512 for decode_kernels_lanes.h; bfloat16 is widened. Included only by the files compiled for
// it.
#pragma once

#include "engine/kernels/decode_kernels_lanes.h"
#include "engine/kernels/half_avx512.h"

namespace engine::kernels {
namespace {

struct DecodeAvx512
{
    using Vector = __m512;
    static constexpr int kChains = 8;
    static constexpr int kShortSums = 4;

    static Vector zero() { return _mm512_setzero_ps(); }
    static Vector set(float value) { return _mm512_set1_ps(value); }
    static Vector load(const float* from) { return _mm512_loadu_ps(from); }
    static void store(float* to, Vector value) { _mm512_storeu_ps(to, value); }
    static __mmask16 first(int64_t count)
    {
        return static_cast<__mmask16>((1U << static_cast<unsigned>(count)) - 1U);
    }
    static Vector loadPart(const float* from, int64_t count)
    {
        return _mm512_maskz_loadu_ps(first(count), from);
    }
    static void storePart(float* to, int64_t count, Vector value)
    {
        _mm512_mask_storeu_ps(to, first(count), value);
    }
    static Vector keep(Vector value, int64_t count)
    {
        return _mm512_maskz_mov_ps(first(count), value);
    }
    static Vector fma(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
    static Vector add(Vector a, Vector b) { return _mm512_add_ps(a, b); }
    static Vector sub(Vector a, Vector b) { return _mm512_sub_ps(a, b); }
    static Vector mul(Vector a, Vector b) { return _mm512_mul_ps(a, b); }
    static Vector div(Vector a, Vector b) { return _mm512_div_ps(a, b); }
    static Vector max(Vector a, Vector b) { return _mm512_max_ps(a, b); }
    static float sum(Vector value) { return _mm512_reduce_add_ps(value); }
    static float largest(Vector value) { return _mm512_reduce_max_ps(value); }
    // NaN, as the second operand, stays.
    static Vector clamp(Vector value, float low, float high)
    {
        return _mm512_min_ps(_mm512_set1_ps(high), _mm512_max_ps(_mm512_set1_ps(low), value));
    }
    static Vector unlessBelow(Vector x, float limit, Vector value)
    {
        return _mm512_mask_mov_ps(
            value, _mm512_cmp_ps_mask(x, _mm512_set1_ps(limit), _CMP_LT_OQ), _mm512_setzero_ps());
    }
    static Vector round(Vector value)
    {
        return _mm512_roundscale_ps(value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    }
    static Vector twoTo(Vector n) { return _mm512_scalef_ps(_mm512_set1_ps(1), n); }
    static bool isFinite(Vector value)
    {
        constexpr int kNanOrInfinity = 0x01 | 0x08 | 0x10 | 0x80;
        return _mm512_fpclass_ps_mask(value, kNanOrInfinity) == 0;
    }
    static void storeHalf(uint16_t* to, Vector value)
    {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), nearestHalf(value));
    }
    // Otherwise the compiler would rather read it again for each use.
    template <typename Register>
    static void pin(Register& value)
    {
        asm("" : "+v"(value));
    }
    using Pairs = __m512i;
    static Pairs loadPairs(const std::byte* line) { return _mm512_loadu_si512(line); }
    static Vector addPairs(Vector sum, uint32_t pair, Pairs weights)
    {
        const __m512i high = _mm512_set1_epi32(static_cast<int>(0xffff0000U));
        const __m512i x = _mm512_set1_epi32(static_cast<int>(pair));
        sum = _mm512_fmadd_ps(_mm512_castsi512_ps(_mm512_slli_epi32(x, 16)),
                              _mm512_castsi512_ps(_mm512_slli_epi32(weights, 16)),
                              sum);
        return _mm512_fmadd_ps(_mm512_castsi512_ps(_mm512_and_si512(x, high)),
                               _mm512_castsi512_ps(_mm512_and_si512(weights, high)),
                               sum);
    }
};

} // namespace
} // namespace engine::kernels
