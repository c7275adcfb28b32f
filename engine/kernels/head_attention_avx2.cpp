// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/head_attention_lanes.h"
#include "engine/kernels/vectors.h"

#include <cstring>

#include <immintrin.h>

namespace engine::kernels {
namespace {

struct Avx2
{
    using Vector = __m256;
    static constexpr int64_t kLanes = 8;

    static Vector zero() { return _mm256_setzero_ps(); }
    static Vector set1(float value) { return _mm256_set1_ps(value); }
    static Vector load(const float* from) { return _mm256_loadu_ps(from); }
    static void store(float* to, Vector value) { _mm256_storeu_ps(to, value); }
    static Vector fma(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
    static Vector add(Vector a, Vector b) { return _mm256_add_ps(a, b); }
    static Vector sub(Vector a, Vector b) { return _mm256_sub_ps(a, b); }
    static Vector mul(Vector a, Vector b) { return _mm256_mul_ps(a, b); }
    static Vector max(Vector a, Vector b) { return _mm256_max_ps(a, b); }
    static Vector min(Vector a, Vector b) { return _mm256_min_ps(a, b); } // b if one is NaN

    static Vector div(Vector a, Vector b) { return _mm256_div_ps(a, b); }

    // `value` in the lanes from `first` on, else `other`.
    static Vector fromLane(int first, Vector value, float other)
    {
        return _mm256_blendv_ps(value, _mm256_set1_ps(other), before(first));
    }
    // `value` in the lanes before `end`, else `other`.
    static Vector beforeLane(int end, Vector value, float other)
    {
        return _mm256_blendv_ps(_mm256_set1_ps(other), value, before(end));
    }
    // `value` in the lanes up to `last`, else 0.
    static Vector untilLane(int last, Vector value)
    {
        return _mm256_and_ps(before(last + 1), value);
    }

    // 2^x for x <= 64, relative error below 2e-7; 0 below -126; NaN stays NaN. As for AVX-512.
    static Vector exponential2(Vector value)
    {
        const Vector x = _mm256_max_ps(_mm256_set1_ps(-127.0F), value); // the second if it is NaN
        const Vector n = _mm256_floor_ps(x);
        const Vector r = _mm256_sub_ps(x, n);
        Vector p = _mm256_set1_ps(kExponential2[5]);
        for (int i = 4; i >= 0; --i) {
            p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(kExponential2[i]));
        }
        const __m256i exponent =
            _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
        return _mm256_mul_ps(p, _mm256_castsi256_ps(exponent));
    }

    static Vector loadPart(const float* from, int64_t count)
    {
        return _mm256_maskload_ps(from, _mm256_castps_si256(before(static_cast<int>(count))));
    }
    static Vector loadPart(const c10::BFloat16* from, int64_t count)
    {
        alignas(16) uint16_t halves[kLanes] = {};
        std::memcpy(halves, from, static_cast<std::size_t>(count) * sizeof(uint16_t));
        const __m128i loaded = _mm_load_si128(reinterpret_cast<const __m128i*>(halves));
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(loaded), 16));
    }
    static void storePart(float* to, Vector value, int64_t count)
    {
        _mm256_maskstore_ps(to, _mm256_castps_si256(before(static_cast<int>(count))), value);
    }
    static void storePart(c10::BFloat16* to, Vector value, int64_t count)
    {
        alignas(32) float floats[kLanes];
        _mm256_store_ps(floats, value);
        for (int64_t i = 0; i < count; ++i) {
            to[i] = narrowed<c10::BFloat16>(floats[i]);
        }
    }

    static void transpose(Vector (&rows)[kLanes])
    {
        Vector fours[kLanes];
        for (int i = 0; i < kLanes; i += 4) {
            const Vector a = _mm256_unpacklo_ps(rows[i], rows[i + 1]);
            const Vector b = _mm256_unpackhi_ps(rows[i], rows[i + 1]);
            const Vector c = _mm256_unpacklo_ps(rows[i + 2], rows[i + 3]);
            const Vector d = _mm256_unpackhi_ps(rows[i + 2], rows[i + 3]);
            fours[i] = _mm256_shuffle_ps(a, c, 0x44);
            fours[i + 1] = _mm256_shuffle_ps(a, c, 0xee);
            fours[i + 2] = _mm256_shuffle_ps(b, d, 0x44);
            fours[i + 3] = _mm256_shuffle_ps(b, d, 0xee);
        }
        for (int i = 0; i < 4; ++i) {
            rows[i] = _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x20);
            rows[i + 4] = _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x31);
        }
    }

private:
    // All bits of the lanes before `count`.
    static Vector before(int count)
    {
        const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        return _mm256_castsi256_ps(_mm256_cmpgt_epi32(_mm256_set1_epi32(count), lanes));
    }
};

} // namespace

extern const AttentionKernels kAttentionAvx2;
const AttentionKernels kAttentionAvx2 = attentionKernelsOf<Avx2>();

} // namespace engine::kernels
