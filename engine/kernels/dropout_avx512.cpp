// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Philox4x32-10 with 16 blocks in the lanes of each vector, two vectors at a time so that one's
// multiplications hide behind the other's.
#include <cstdint>

#include <immintrin.h>

namespace engine::kernels {
namespace {

constexpr int kTogether = 2;

struct Blocks
{
    __m512i w[4];
};

// The high and low halves of factor · x, per 32-bit lane.
inline void multiply(__m512i x, __m512i factor, __m512i* high, __m512i* low)
{
    const __m512i even = _mm512_mul_epu32(x, factor);
    const __m512i odd = _mm512_mul_epu32(_mm512_srli_epi64(x, 32), factor);
    *high = _mm512_mask_shuffle_epi32(odd, 0x5555, even, _MM_PERM_CDAB);
    *low = _mm512_mask_shuffle_epi32(even, 0xaaaa, odd, _MM_PERM_CCAA);
}

inline __m512i xor3(__m512i a, __m512i b, __m512i c)
{
    return _mm512_ternarylogic_epi32(a, b, c, 0x96);
}

inline void philox(Blocks (&state)[kTogether], uint32_t key0, uint32_t key1)
{
    const __m512i factor0 = _mm512_set1_epi64(0xD2511F53);
    const __m512i factor1 = _mm512_set1_epi64(0xCD9E8D57);
    for (int round = 0; round < 10; ++round) {
        const __m512i first = _mm512_set1_epi32(static_cast<int>(key0));
        const __m512i second = _mm512_set1_epi32(static_cast<int>(key1));
        for (Blocks& s : state) {
            __m512i high0, low0, high1, low1;
            multiply(s.w[0], factor0, &high0, &low0);
            multiply(s.w[2], factor1, &high1, &low1);
            s.w[0] = xor3(high1, s.w[1], first);
            s.w[1] = low1;
            s.w[2] = xor3(high0, s.w[3], second);
            s.w[3] = low0;
        }
        key0 += 0x9E3779B9U;
        key1 += 0xBB67AE85U;
    }
}

} // namespace

// As maskChunk in dropout.cpp, for `chunks` chunks of 64 elements behind each other.
void maskChunksAvx512(
    float* mask, int64_t chunk, int64_t chunks, uint32_t threshold, float scale, uint64_t seed)
{
    const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i limit = _mm512_set1_epi32(static_cast<int>(threshold));
    const __m512 kept = _mm512_set1_ps(scale);
    for (int64_t done = 0; done < chunks; done += kTogether) {
        Blocks state[kTogether];
        for (int i = 0; i < kTogether; ++i) {
            const auto block = static_cast<uint64_t>(chunk + done + i) * 16;
            state[i].w[0] = _mm512_add_epi32(_mm512_set1_epi32(static_cast<int>(block)), lanes);
            state[i].w[1] = _mm512_set1_epi32(static_cast<int>(block >> 32));
            state[i].w[2] = _mm512_setzero_si512();
            state[i].w[3] = _mm512_setzero_si512();
        }
        philox(state, static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32));
        for (int i = 0; i < kTogether && done + i < chunks; ++i) {
            uint64_t bits = 0; // of the 64 elements in order: word w of block b is element 4 b + w
            for (int word = 0; word < 4; ++word) {
                const __mmask16 isKept = _mm512_cmpge_epu32_mask(state[i].w[word], limit);
                bits |= _pdep_u64(isKept, uint64_t{0x1111111111111111U} << word);
            }
            float* const to = mask + (done + i) * 64;
            for (int part = 0; part < 4; ++part) {
                _mm512_storeu_ps(
                    to + part * 16,
                    _mm512_maskz_mov_ps(static_cast<__mmask16>(bits >> (16 * part)), kept));
            }
        }
    }
}

} // namespace engine::kernels
