// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// AVX-512 for the loops of head_attention_lanes.h. Included only by the files compiled for it.
#pragma once

#include "engine/kernels/half_avx512.h"
#include "engine/kernels/head_attention_lanes.h"

#include <immintrin.h>

namespace engine::kernels {
namespace {

struct Avx512
{
    using Vector = __m512;
    static constexpr int64_t kLanes = 16;

    static Vector zero() { return _mm512_setzero_ps(); }
    static Vector set1(float value) { return _mm512_set1_ps(value); }
    static Vector load(const float* from) { return _mm512_loadu_ps(from); }
    static void store(float* to, Vector value) { _mm512_storeu_ps(to, value); }
    static Vector fma(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
    static Vector add(Vector a, Vector b) { return _mm512_add_ps(a, b); }
    static Vector sub(Vector a, Vector b) { return _mm512_sub_ps(a, b); }
    static Vector mul(Vector a, Vector b) { return _mm512_mul_ps(a, b); }
    static Vector max(Vector a, Vector b) { return _mm512_max_ps(a, b); }
    static Vector min(Vector a, Vector b) { return _mm512_min_ps(a, b); } // b if one is NaN

    static Vector div(Vector a, Vector b) { return _mm512_div_ps(a, b); }

    // `value` in the lanes from `first` on, else `other`.
    static Vector fromLane(int first, Vector value, float other)
    {
        const auto mask = static_cast<__mmask16>(0xffffU << first);
        return _mm512_mask_mov_ps(_mm512_set1_ps(other), mask, value);
    }
    // `value` in the lanes before `end`, else `other`.
    static Vector beforeLane(int end, Vector value, float other)
    {
        const auto mask = static_cast<__mmask16>((1U << end) - 1);
        return _mm512_mask_mov_ps(_mm512_set1_ps(other), mask, value);
    }
    // `value` in the lanes up to `last`, else 0.
    static Vector untilLane(int last, Vector value)
    {
        return _mm512_maskz_mov_ps(static_cast<__mmask16>((2U << last) - 1), value);
    }

    // 2^x for x <= 64, relative error below 2e-7; NaN stays NaN. 2^floor(x) is the scaling's own
    // work.
    static Vector exponential2(Vector x)
    {
        const Vector r = _mm512_reduce_ps(x, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
        Vector p = _mm512_set1_ps(kExponential2[5]);
        for (int i = 4; i >= 0; --i) {
            p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(kExponential2[i]));
        }
        return _mm512_scalef_ps(p, x);
    }

    static Vector loadPart(const float* from, int64_t count)
    {
        return _mm512_maskz_loadu_ps(maskOf(count), from);
    }
    static Vector loadPart(const c10::BFloat16* from, int64_t count)
    {
        const __m256i halves = _mm256_maskz_loadu_epi16(maskOf(count), from);
        return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
    }
    static void storePart(float* to, Vector value, int64_t count)
    {
        _mm512_mask_storeu_ps(to, maskOf(count), value);
    }
    static void storePart(c10::BFloat16* to, Vector value, int64_t count)
    {
        _mm256_mask_storeu_epi16(to, maskOf(count), nearestHalf(value));
    }

    static void transpose(Vector (&rows)[kLanes])
    {
        Vector pairs[kLanes];
        for (int i = 0; i < kLanes; i += 2) {
            pairs[i] = _mm512_unpacklo_ps(rows[i], rows[i + 1]);
            pairs[i + 1] = _mm512_unpackhi_ps(rows[i], rows[i + 1]);
        }
        for (int i = 0; i < kLanes; i += 4) {
            for (int half = 0; half < 2; ++half) {
                const __m512d low = _mm512_castps_pd(pairs[i + half]);
                const __m512d high = _mm512_castps_pd(pairs[i + 2 + half]);
                rows[i + 2 * half] = _mm512_castpd_ps(_mm512_unpacklo_pd(low, high));
                rows[i + 2 * half + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(low, high));
            }
        }
        // Quarters of rows 4 g + i hold columns i, i + 4, i + 8, i + 12.
        for (int i = 0; i < 4; ++i) {
            const Vector even01 = _mm512_shuffle_f32x4(rows[i], rows[4 + i], 0x88);
            const Vector odd01 = _mm512_shuffle_f32x4(rows[i], rows[4 + i], 0xdd);
            const Vector even23 = _mm512_shuffle_f32x4(rows[8 + i], rows[12 + i], 0x88);
            const Vector odd23 = _mm512_shuffle_f32x4(rows[8 + i], rows[12 + i], 0xdd);
            pairs[i] = _mm512_shuffle_f32x4(even01, even23, 0x88);
            pairs[i + 4] = _mm512_shuffle_f32x4(odd01, odd23, 0x88);
            pairs[i + 8] = _mm512_shuffle_f32x4(even01, even23, 0xdd);
            pairs[i + 12] = _mm512_shuffle_f32x4(odd01, odd23, 0xdd);
        }
        for (int i = 0; i < kLanes; ++i) {
            rows[i] = pairs[i];
        }
    }

private:
    static __mmask16 maskOf(int64_t count) { return static_cast<__mmask16>((1U << count) - 1); }
};

} // namespace
} // namespace engine::kernels
