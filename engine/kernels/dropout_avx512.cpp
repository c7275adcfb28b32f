// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Philox4x32-10 with 16 blocks in the lanes of each vector, two vectors at a time so that one's
// multiplications hide behind the other's.
#include "engine/kernels/dropout.h"
#include "engine/kernels/half_avx512.h"

#include <cstring>

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

__m512 load(const float* from, __mmask16 mask)
{
    return _mm512_maskz_loadu_ps(mask, from);
}
__m512 load(const c10::BFloat16* from, __mmask16 mask)
{
    const __m512i wide = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, from));
    return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
}
void store(float* to, __mmask16 mask, __m512 value)
{
    _mm512_mask_storeu_ps(to, mask, value);
}
void store(c10::BFloat16* to, __mmask16 mask, __m512 value)
{
    _mm256_mask_storeu_epi16(to, mask, nearestHalf(value));
}

} // namespace

void maskChunksAvx512(
    uint8_t* bits, int64_t chunk, int64_t chunks, uint32_t threshold, uint64_t seed)
{
    constexpr int64_t kBytes = 32; // of a chunk
    const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i limit = _mm512_set1_epi16(static_cast<int16_t>(threshold));
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
            for (int word = 0; word < 4; ++word) {
                const __m512i turned = _mm512_rol_epi32(state[i].w[word], 8);
                const uint64_t kept =
                    _mm512_cmpge_epu16_mask(state[i].w[word], limit)
                    | static_cast<uint64_t>(_mm512_cmpge_epu16_mask(turned, limit)) << 32;
                std::memcpy(bits + (done + i) * kBytes + 8 * word, &kept, sizeof kept);
            }
        }
    }
}

template <typename T>
void maskRowAvx512(const T* x, const MaskBits& mask, T* y, int64_t count)
{
    const __m512 factor = _mm512_set1_ps(mask.factor);
    const uint8_t* bytes = mask.bytes + mask.firstBit / 8;
    const auto shift = static_cast<int>(mask.firstBit % 8);
    const auto next = [&](uint32_t part) {
        uint32_t bits = 0;
        std::memcpy(&bits, bytes, sizeof bits);
        const auto kept = static_cast<__mmask16>(bits >> shift & part);
        store(y, static_cast<__mmask16>(part), _mm512_mul_ps(load(x, kept), factor));
        bytes += 2;
        x += 16;
        y += 16;
    };
    for (int64_t vectors = count / 16; vectors > 0; --vectors) {
        next(0xffff);
    }
    if (count % 16 > 0) {
        next((1U << (count % 16)) - 1);
    }
}

template void maskRowAvx512<float>(const float*, const MaskBits&, float*, int64_t);
template void
maskRowAvx512<c10::BFloat16>(const c10::BFloat16*, const MaskBits&, c10::BFloat16*, int64_t);

} // namespace engine::kernels
