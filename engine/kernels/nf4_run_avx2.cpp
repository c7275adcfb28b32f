// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// float32: a block's table in two registers of eight. Half types: its bytes in two registers,
// the lower and the upper ones of all sixteen in each half.
#include "engine/kernels/nf4_run.h"

#include <cstring>

#include <immintrin.h>

namespace engine::kernels {
namespace {

// Both begin with a whole byte of codes and do whole vectors; they return how many numbers.
// Streams: past the caches, to aligned places.
int64_t
lookUpVectors(const uint8_t* codes, int64_t count, const float* table, bool streams, float* to)
{
    constexpr int64_t kLanes = 8;
    const __m256 low = _mm256_loadu_ps(table);
    const __m256 high = _mm256_loadu_ps(table + kLanes);
    int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        int32_t bytes = 0;
        std::memcpy(&bytes, codes + i / 2, sizeof bytes);
        // A byte in the lanes of its two numbers: of an index three bits count, the fourth chooses.
        const __m256i pairs = _mm256_cvtepu8_epi64(_mm_cvtsi32_si128(bytes));
        const __m256i indices =
            _mm256_or_si256(_mm256_srli_epi64(pairs, 4), _mm256_slli_epi64(pairs, 32));
        const __m256 isHigh = _mm256_castsi256_ps(_mm256_slli_epi32(indices, 28));
        const __m256 numbers = _mm256_blendv_ps(_mm256_permutevar8x32_ps(low, indices),
                                                _mm256_permutevar8x32_ps(high, indices),
                                                isHigh);
        if (streams) {
            _mm256_stream_ps(to + i, numbers);
        } else {
            _mm256_storeu_ps(to + i, numbers);
        }
    }
    return i;
}

int64_t lookUpVectors(
    const uint8_t* codes, int64_t count, const uint16_t* table, bool streams, uint16_t* to)
{
    constexpr int64_t kNumbers = 32;
    const __m128i evenBytes = _mm_set1_epi16(0xff);
    const auto* halves = reinterpret_cast<const __m128i*>(table);
    const __m128i first = _mm_loadu_si128(halves);
    const __m128i second = _mm_loadu_si128(halves + 1);
    const __m256i low = _mm256_broadcastsi128_si256(
        _mm_packus_epi16(_mm_and_si128(first, evenBytes), _mm_and_si128(second, evenBytes)));
    const __m256i high = _mm256_broadcastsi128_si256(
        _mm_packus_epi16(_mm_srli_epi16(first, 8), _mm_srli_epi16(second, 8)));
    const __m256i four = _mm256_set1_epi8(15);
    int64_t i = 0;
    for (; i + kNumbers <= count; i += kNumbers) {
        // Fours of bytes in the order in which unpacking brings them back.
        const __m128i pairs =
            _mm_shuffle_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(codes + i / 2)),
                              _MM_SHUFFLE(3, 1, 2, 0));
        const __m256i spread = _mm256_cvtepu8_epi16(pairs);
        const __m256i indices = _mm256_and_si256(
            _mm256_or_si256(_mm256_srli_epi16(spread, 4), _mm256_slli_epi16(spread, 8)), four);
        const __m256i lows = _mm256_shuffle_epi8(low, indices);
        const __m256i highs = _mm256_shuffle_epi8(high, indices);
        auto* vectors = reinterpret_cast<__m256i*>(to + i);
        const __m256i numbers[] = {_mm256_unpacklo_epi8(lows, highs),
                                   _mm256_unpackhi_epi8(lows, highs)};
        for (const __m256i sixteen : numbers) {
            if (streams) {
                _mm256_stream_si256(vectors++, sixteen);
            } else {
                _mm256_storeu_si256(vectors++, sixteen);
            }
        }
    }
    return i;
}

template <typename T>
void lookUpPart(const Nf4Run& run, int64_t first, int64_t count, const T* table, T* to)
{
    const uint8_t* const codes = run.codes;
    const int64_t head = first % 2;
    lookUp(codes, first, std::min(head, count), table, to);
    if (count <= head) {
        return;
    }
    first += head;
    count -= head;
    to += head;
    const bool streams = run.passesCache && reinterpret_cast<uintptr_t>(to) % 32 == 0;
    int64_t done = 0;
    if constexpr (std::is_same_v<T, float>) {
        done = lookUpVectors(codes + first / 2, count, table, streams, to);
    } else {
        done = lookUpVectors(codes + first / 2,
                             count,
                             reinterpret_cast<const uint16_t*>(table),
                             streams,
                             reinterpret_cast<uint16_t*>(to));
    }
    lookUp(codes, first + done, count - done, table, to + done);
}

} // namespace

template <typename T>
void unpackRunAvx2(const Nf4Run& run, T* to)
{
    eachBlock(run, to, [&run](int64_t first, int64_t count, float scale, T* part) {
        T table[kNf4Codes];
        scaledTable(scale, run.dtype, table);
        lookUpPart(run, first, count, table, part);
    });
}

template void unpackRunAvx2<float>(const Nf4Run&, float*);
template void unpackRunAvx2<c10::BFloat16>(const Nf4Run&, c10::BFloat16*);
template void unpackRunAvx2<c10::Half>(const Nf4Run&, c10::Half*);

} // namespace engine::kernels
