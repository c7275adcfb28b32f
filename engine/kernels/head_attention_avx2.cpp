// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/head_attention_lanes.h"

#include <immintrin.h>

namespace engine::kernels {
namespace {

struct Avx2
{
    using Vector = __m256;
    static constexpr int64_t kLanes = 8;
    static constexpr int kKeys = 8;

    static Vector zero() { return _mm256_setzero_ps(); }
    static Vector set1(float value) { return _mm256_set1_ps(value); }
    static Vector load(const float* from) { return _mm256_loadu_ps(from); }
    static void store(float* to, Vector value) { _mm256_storeu_ps(to, value); }
    static Vector fma(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
    static Vector add(Vector a, Vector b) { return _mm256_add_ps(a, b); }
    static Vector sub(Vector a, Vector b) { return _mm256_sub_ps(a, b); }
    static Vector mul(Vector a, Vector b) { return _mm256_mul_ps(a, b); }
    static Vector max(Vector a, Vector b) { return _mm256_max_ps(a, b); }

    // value where lane i sees the key (key <= limit + i), else hidden.
    static Vector select(int64_t key, int64_t limit, Vector value, float hidden)
    {
        const int64_t first = key - limit < 0 ? 0 : key - limit > 8 ? 8 : key - limit; // lane
        const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        const __m256i isHidden =
            _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(first)), lanes);
        return _mm256_blendv_ps(value, _mm256_set1_ps(hidden), _mm256_castsi256_ps(isHidden));
    }

    // exp(x) for x <= 0 (NaN stays NaN); not below exp(-87). Source: as in vectors.h.
    static Vector exponential(Vector value)
    {
        const Vector x = _mm256_max_ps(_mm256_set1_ps(-87.0F), value); // the second if it is NaN
        const Vector n = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504F)),
                                         _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
        Vector r = _mm256_fnmadd_ps(n, _mm256_set1_ps(0.693359375F), x);
        r = _mm256_fmadd_ps(n, _mm256_set1_ps(2.12194440e-4F), r);
        Vector p = _mm256_set1_ps(1.9875691500e-4F);
        p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.3981999507e-3F));
        p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(8.3334519073e-3F));
        p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(4.1665795894e-2F));
        p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.6666665459e-1F));
        p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(5.0000001201e-1F));
        p = _mm256_fmadd_ps(_mm256_mul_ps(p, r), r, _mm256_add_ps(r, _mm256_set1_ps(1.0F)));
        const __m256i exponent =
            _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
        return _mm256_mul_ps(p, _mm256_castsi256_ps(exponent));
    }
};

} // namespace

extern const AttentionKernels kAttentionAvx2;
const AttentionKernels kAttentionAvx2 = {Avx2::kLanes, attendForward<Avx2>, attendBackward<Avx2>};

} // namespace engine::kernels
