// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// float32 and bfloat16, 32 bytes at a time; float16 runs in the plain loop, which has AVX2's own
// conversion.
#include "engine/kernels/int8_run.h"

#include <algorithm>

#include <immintrin.h>

namespace engine::kernels {
namespace {

constexpr int64_t kVectorBytes = 32;

struct Factors
{
    __m256 scale;
    __m256 undone = _mm256_set1_ps(kInt8Undone);

    // Of the eight low bytes.
    __m256 of(__m128i codes) const
    {
        const __m256 numbers = _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(codes));
        return _mm256_mul_ps(_mm256_mul_ps(numbers, scale), undone);
    }
};

__m256i vectorAt(const int8_t* codes, const Factors& factors, const float*)
{
    return _mm256_castps_si256(
        factors.of(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(codes))));
}

// To nearest even in the lower half of every lane. There is no NaN.
__m256i rounded(__m256 numbers)
{
    const __m256i bits = _mm256_castps_si256(numbers);
    const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
    const __m256i sum = _mm256_add_epi32(_mm256_add_epi32(bits, _mm256_set1_epi32(0x7fff)), odd);
    return _mm256_srli_epi32(sum, 16);
}

__m256i vectorAt(const int8_t* codes, const Factors& factors, const c10::BFloat16*)
{
    // Fours of numbers in the order in which packing brings them back.
    const __m128i sixteen = _mm_shuffle_epi32(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(codes)), _MM_SHUFFLE(3, 1, 2, 0));
    return _mm256_packus_epi32(rounded(factors.of(sixteen)),
                               rounded(factors.of(_mm_unpackhi_epi64(sixteen, sixteen))));
}

template <typename T>
void unpackAll(const Int8Run& run, T* to)
{
    constexpr int64_t kNumbers = kVectorBytes / static_cast<int64_t>(sizeof(T));
    const Factors factors{_mm256_set1_ps(run.scale)};
    const auto plainly = [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            to[i] = narrowed<T>(int8Number(run.codes[i], run.scale));
        }
    };
    int64_t i = 0;
    const auto past = static_cast<int64_t>(reinterpret_cast<uintptr_t>(to) % kVectorBytes);
    if (run.passesCache && past % static_cast<int64_t>(sizeof(T)) == 0) {
        if (past != 0) { // up to the first whole vector
            i = std::min(run.count, (kVectorBytes - past) / static_cast<int64_t>(sizeof(T)));
            plainly(0, i);
        }
        for (; i + kNumbers <= run.count; i += kNumbers) {
            _mm256_stream_si256(reinterpret_cast<__m256i*>(to + i),
                                vectorAt(run.codes + i, factors, to));
        }
    } else {
        for (; i + kNumbers <= run.count; i += kNumbers) {
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i),
                                vectorAt(run.codes + i, factors, to));
        }
    }
    plainly(i, run.count);
}

} // namespace

template <typename T>
void unpackInt8Avx2(const Int8Run& run, T* to)
{
    if constexpr (std::is_same_v<T, c10::Half>) {
        unpackInt8(run, to);
    } else if (isRoundedOnce<T>(run)) {
        unpackAll(run, to);
    } else {
        unpackInt8(run, to);
    }
}

template void unpackInt8Avx2<float>(const Int8Run&, float*);
template void unpackInt8Avx2<c10::BFloat16>(const Int8Run&, c10::BFloat16*);
template void unpackInt8Avx2<c10::Half>(const Int8Run&, c10::Half*);

} // namespace engine::kernels
