// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A line of 64 bytes at a time: sixteen float32 or thirty-two halves.
#include "engine/kernels/int8_run.h"

#include <algorithm>

#include <immintrin.h>

namespace engine::kernels {
namespace {

constexpr int64_t kLineBytes = 64;

// Bits of the first count lanes, of at most 32.
__mmask32 firstLanes(int64_t count)
{
    return static_cast<__mmask32>((uint64_t(1) << count) - 1);
}

struct Factors
{
    __m512 scale;
    __m512 undone = _mm512_set1_ps(kInt8Undone);

    __m512 of(__m128i codes) const
    {
        const __m512 numbers = _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(codes));
        return _mm512_mul_ps(_mm512_mul_ps(numbers, scale), undone);
    }
};

// line(codes): the numbers of a line from the codes in its low bytes, as the bits of 64 bytes.
struct Floats
{
    static constexpr int64_t kNumbers = 16;

    static __m512i line(__m256i codes, const Factors& factors)
    {
        return _mm512_castps_si512(factors.of(_mm256_castsi256_si128(codes)));
    }
    static void store(void* to, __mmask32 lanes, __m512i line)
    {
        _mm512_mask_storeu_epi32(to, static_cast<__mmask16>(lanes), line);
    }
};

struct Halves
{
    static constexpr int64_t kNumbers = 32;

    static __m512i line(__m256i codes, const Factors& factors)
    {
        const __m512 first = factors.of(_mm256_castsi256_si128(codes));
        const __m512 second = factors.of(_mm256_extracti128_si256(codes, 1));
        return _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtps_ph(first, kNearest)),
                                  _mm512_cvtps_ph(second, kNearest),
                                  1);
    }
    static void store(void* to, __mmask32 lanes, __m512i line)
    {
        _mm512_mask_storeu_epi16(to, lanes, line);
    }

private:
    static constexpr int kNearest = _MM_FROUND_TO_NEAREST_INT;
};

struct BFloats
{
    static constexpr int64_t kNumbers = 32;

    static __m512i line(__m256i codes, const Factors& factors)
    {
        // Of every lane the upper half.
        const __m512i upper = _mm512_set_epi16(63,
                                               61,
                                               59,
                                               57,
                                               55,
                                               53,
                                               51,
                                               49,
                                               47,
                                               45,
                                               43,
                                               41,
                                               39,
                                               37,
                                               35,
                                               33,
                                               31,
                                               29,
                                               27,
                                               25,
                                               23,
                                               21,
                                               19,
                                               17,
                                               15,
                                               13,
                                               11,
                                               9,
                                               7,
                                               5,
                                               3,
                                               1);
        return _mm512_permutex2var_epi16(rounded(factors.of(_mm256_castsi256_si128(codes))),
                                         upper,
                                         rounded(factors.of(_mm256_extracti128_si256(codes, 1))));
    }
    static void store(void* to, __mmask32 lanes, __m512i line) { Halves::store(to, lanes, line); }

private:
    // To nearest even in the upper half; the lower one is left over. There is no NaN.
    static __m512i rounded(__m512 numbers)
    {
        const __m512i bits = _mm512_castps_si512(numbers);
        const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
        return _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
    }
};

template <typename Form, typename T>
void unpackAll(const Int8Run& run, T* to)
{
    constexpr int64_t kNumbers = Form::kNumbers;
    const Factors factors{_mm512_set1_ps(run.scale)};
    const auto part = [&](int64_t i, int64_t count) {
        const __mmask32 lanes = firstLanes(count);
        const __m256i codes = _mm256_maskz_loadu_epi8(lanes, run.codes + i);
        Form::store(to + i, lanes, Form::line(codes, factors));
    };
    const auto lineAt = [&](int64_t i) {
        __m256i codes;
        if constexpr (kNumbers == 16) {
            codes = _mm256_castsi128_si256(
                _mm_loadu_si128(reinterpret_cast<const __m128i*>(run.codes + i)));
        } else {
            codes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(run.codes + i));
        }
        return Form::line(codes, factors);
    };
    int64_t i = 0;
    const auto past = static_cast<int64_t>(reinterpret_cast<uintptr_t>(to) % kLineBytes);
    if (run.passesCache && past % static_cast<int64_t>(sizeof(T)) == 0) {
        if (past != 0) { // up to the first whole line
            i = std::min(run.count, (kLineBytes - past) / static_cast<int64_t>(sizeof(T)));
            part(0, i);
        }
        for (; i + kNumbers <= run.count; i += kNumbers) {
            _mm512_stream_si512(reinterpret_cast<__m512i*>(to + i), lineAt(i));
        }
    } else {
        for (; i + kNumbers <= run.count; i += kNumbers) {
            _mm512_storeu_si512(to + i, lineAt(i));
        }
    }
    if (i < run.count) {
        part(i, run.count - i);
    }
}

} // namespace

template <typename T>
void unpackInt8Avx512(const Int8Run& run, T* to)
{
    if (!isRoundedOnce<T>(run)) {
        unpackInt8(run, to);
    } else if constexpr (std::is_same_v<T, float>) {
        unpackAll<Floats>(run, to);
    } else if constexpr (std::is_same_v<T, c10::Half>) {
        unpackAll<Halves>(run, to);
    } else {
        unpackAll<BFloats>(run, to);
    }
}

template void unpackInt8Avx512<float>(const Int8Run&, float*);
template void unpackInt8Avx512<c10::BFloat16>(const Int8Run&, c10::BFloat16*);
template void unpackInt8Avx512<c10::Half>(const Int8Run&, c10::Half*);

} // namespace engine::kernels
