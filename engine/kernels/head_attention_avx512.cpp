// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/head_attention_lanes.h"

#include <immintrin.h>

namespace engine::kernels {
namespace {

struct Avx512
{
    using Vector = __m512;
    static constexpr int64_t kLanes = 16;
    static constexpr int kKeys = 16;

    static Vector zero() { return _mm512_setzero_ps(); }
    static Vector set1(float value) { return _mm512_set1_ps(value); }
    static Vector load(const float* from) { return _mm512_loadu_ps(from); }
    static void store(float* to, Vector value) { _mm512_storeu_ps(to, value); }
    static Vector fma(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
    static Vector add(Vector a, Vector b) { return _mm512_add_ps(a, b); }
    static Vector sub(Vector a, Vector b) { return _mm512_sub_ps(a, b); }
    static Vector mul(Vector a, Vector b) { return _mm512_mul_ps(a, b); }
    static Vector max(Vector a, Vector b) { return _mm512_max_ps(a, b); }

    // value where lane i sees the key (key <= limit + i), else hidden.
    static Vector select(int64_t key, int64_t limit, Vector value, float hidden)
    {
        const int64_t first = key - limit; // lane
        const auto mask = static_cast<__mmask16>(first <= 0    ? 0xffff
                                                 : first >= 16 ? 0
                                                               : 0xffff << first);
        return _mm512_mask_mov_ps(_mm512_set1_ps(hidden), mask, value);
    }

    // exp(x) for x <= 0 (NaN stays NaN); not below exp(-87). Source: as in vectors.h.
    static Vector exponential(Vector value)
    {
        const Vector x = _mm512_max_ps(_mm512_set1_ps(-87.0F), value); // the second if it is NaN
        const Vector n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504F)),
                                              _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
        Vector r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375F), x);
        r = _mm512_fmadd_ps(n, _mm512_set1_ps(2.12194440e-4F), r);
        Vector p = _mm512_set1_ps(1.9875691500e-4F);
        p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.3981999507e-3F));
        p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(8.3334519073e-3F));
        p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(4.1665795894e-2F));
        p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.6666665459e-1F));
        p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.0000001201e-1F));
        p = _mm512_fmadd_ps(_mm512_mul_ps(p, r), r, _mm512_add_ps(r, _mm512_set1_ps(1.0F)));
        return _mm512_scalef_ps(p, n);
    }
};

} // namespace

extern const AttentionKernels kAttentionAvx512;
const AttentionKernels kAttentionAvx512 = {
    Avx512::kLanes, attendForward<Avx512>, attendBackward<Avx512>};

} // namespace engine::kernels
