// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/decode_kernels_lanes.h"

namespace engine::kernels {
namespace {

// Sixteen lanes as two registers.
struct DecodeAvx2
{
    struct Vector
    {
        __m256 low;
        __m256 high;
    };
    static constexpr int kChains = 4;
    static constexpr int kShortSums = 1;

    static Vector zero() { return {_mm256_setzero_ps(), _mm256_setzero_ps()}; }
    static Vector set(float value) { return {_mm256_set1_ps(value), _mm256_set1_ps(value)}; }
    static Vector load(const float* from)
    {
        return {_mm256_loadu_ps(from), _mm256_loadu_ps(from + 8)};
    }
    static void store(float* to, Vector value)
    {
        _mm256_storeu_ps(to, value.low);
        _mm256_storeu_ps(to + 8, value.high);
    }
    // All ones in the lanes before `count`, counted from `from`.
    static __m256i mask(int64_t count, int from)
    {
        const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count) - from), lane);
    }
    static Vector loadPart(const float* from, int64_t count)
    {
        return {_mm256_maskload_ps(from, mask(count, 0)),
                _mm256_maskload_ps(from + 8, mask(count, 8))};
    }
    static void storePart(float* to, int64_t count, Vector value)
    {
        _mm256_maskstore_ps(to, mask(count, 0), value.low);
        _mm256_maskstore_ps(to + 8, mask(count, 8), value.high);
    }
    static Vector keep(Vector value, int64_t count)
    {
        return {_mm256_and_ps(value.low, _mm256_castsi256_ps(mask(count, 0))),
                _mm256_and_ps(value.high, _mm256_castsi256_ps(mask(count, 8)))};
    }
    static Vector fma(Vector a, Vector b, Vector c)
    {
        return {_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
    }
    static Vector add(Vector a, Vector b)
    {
        return {_mm256_add_ps(a.low, b.low), _mm256_add_ps(a.high, b.high)};
    }
    static Vector sub(Vector a, Vector b)
    {
        return {_mm256_sub_ps(a.low, b.low), _mm256_sub_ps(a.high, b.high)};
    }
    static Vector mul(Vector a, Vector b)
    {
        return {_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)};
    }
    static Vector div(Vector a, Vector b)
    {
        return {_mm256_div_ps(a.low, b.low), _mm256_div_ps(a.high, b.high)};
    }
    static Vector max(Vector a, Vector b)
    {
        return {_mm256_max_ps(a.low, b.low), _mm256_max_ps(a.high, b.high)};
    }
    static float sum(Vector value)
    {
        const __m256 eight = _mm256_add_ps(value.low, value.high);
        __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
        four = _mm_add_ps(four, _mm_movehl_ps(four, four));
        return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
    }
    static float largest(Vector value)
    {
        const __m256 eight = _mm256_max_ps(value.low, value.high);
        __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
        four = _mm_max_ps(four, _mm_movehl_ps(four, four));
        return _mm_cvtss_f32(_mm_max_ss(four, _mm_movehdup_ps(four)));
    }
    // NaN, as the second operand, stays.
    static Vector clamp(Vector value, float low, float high)
    {
        const __m256 least = _mm256_set1_ps(low);
        const __m256 most = _mm256_set1_ps(high);
        return {_mm256_min_ps(most, _mm256_max_ps(least, value.low)),
                _mm256_min_ps(most, _mm256_max_ps(least, value.high))};
    }
    static Vector unlessBelow(Vector x, float limit, Vector value)
    {
        const __m256 bound = _mm256_set1_ps(limit);
        return {_mm256_andnot_ps(_mm256_cmp_ps(x.low, bound, _CMP_LT_OQ), value.low),
                _mm256_andnot_ps(_mm256_cmp_ps(x.high, bound, _CMP_LT_OQ), value.high)};
    }
    static Vector round(Vector value)
    {
        constexpr int kNearest = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
        return {_mm256_round_ps(value.low, kNearest), _mm256_round_ps(value.high, kNearest)};
    }
    static __m256 power(__m256 n)
    {
        const __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
        return _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23));
    }
    static Vector twoTo(Vector n) { return {power(n.low), power(n.high)}; }
    static bool isFinite(Vector value)
    {
        const __m256i exponent = _mm256_set1_epi32(0x7f800000);
        const auto hit = [exponent](__m256 part) {
            return _mm256_cmpeq_epi32(_mm256_and_si256(_mm256_castps_si256(part), exponent),
                                      exponent);
        };
        const __m256i any = _mm256_or_si256(hit(value.low), hit(value.high));
        return _mm256_testz_si256(any, any) != 0;
    }
    static __m256i roundedHalf(__m256 value)
    {
        const __m256i bits = _mm256_castps_si256(value);
        const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
        const __m256i rounded = _mm256_srli_epi32(
            _mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff))), 16);
        const __m256i isNan = _mm256_castps_si256(_mm256_cmp_ps(value, value, _CMP_UNORD_Q));
        return _mm256_blendv_epi8(rounded, _mm256_set1_epi32(0x7fc0), isNan);
    }
    // Rounds to nearest even; NaN becomes the quiet one.
    static void storeHalf(uint16_t* to, Vector value)
    {
        const __m256i packed = _mm256_packus_epi32(roundedHalf(value.low), roundedHalf(value.high));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                            _mm256_permute4x64_epi64(packed, 0b11011000));
    }
    struct Pairs
    {
        __m256i low;
        __m256i high;
    };
    static Pairs loadPairs(const std::byte* line)
    {
        return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(line)),
                _mm256_loadu_si256(reinterpret_cast<const __m256i*>(line + 32))};
    }
    static __m256 addHalf(__m256 sum, __m256i x, __m256i weights)
    {
        const __m256i high = _mm256_set1_epi32(static_cast<int>(0xffff0000U));
        sum = _mm256_fmadd_ps(_mm256_castsi256_ps(_mm256_slli_epi32(x, 16)),
                              _mm256_castsi256_ps(_mm256_slli_epi32(weights, 16)),
                              sum);
        return _mm256_fmadd_ps(_mm256_castsi256_ps(_mm256_and_si256(x, high)),
                               _mm256_castsi256_ps(_mm256_and_si256(weights, high)),
                               sum);
    }
    static Vector addPairs(Vector sum, uint32_t pair, Pairs line)
    {
        const __m256i x = _mm256_set1_epi32(static_cast<int>(pair));
        return {addHalf(sum.low, x, line.low), addHalf(sum.high, x, line.high)};
    }
};

} // namespace

extern const DecodeKernels kDecodeAvx2;
const DecodeKernels kDecodeAvx2 = kernelsOf<DecodeAvx2>();

} // namespace engine::kernels
