// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A block's table fills one register; a byte with its two codes is spread over the lanes of its two
// numbers, whose indices read no more than their low bits.
#include "engine/kernels/half_avx512.h"
#include "engine/kernels/nf4_run.h"

#include <cstring>

#include <immintrin.h>

namespace engine::kernels {
namespace {

// Half bits of numbers, rounded to nearest even.
template <typename T>
__m256i halvesOf(__m512 numbers)
{
    return std::is_same_v<T, c10::Half> ? _mm512_cvtps_ph(numbers, _MM_FROUND_TO_NEAREST_INT)
                                        : nearestHalf(numbers);
}

__m512 roundedTo(c10::ScalarType dtype, __m512 numbers)
{
    if (dtype == c10::kBFloat16) {
        return _mm512_castsi512_ps(
            _mm512_slli_epi32(_mm512_cvtepu16_epi32(nearestHalf(numbers)), 16));
    }
    if (dtype == c10::kHalf) {
        return _mm512_cvtph_ps(_mm512_cvtps_ph(numbers, _MM_FROUND_TO_NEAREST_INT));
    }
    return numbers;
}

// A block's numbers in T: those of float32, or half bits twice, since their index has five bits.
// What is rounded to T needs no rounding to T before.
template <typename T>
auto tableOf(float scale, c10::ScalarType dtype)
{
    __m512 numbers = _mm512_mul_ps(_mm512_loadu_ps(kNf4.data()), _mm512_set1_ps(scale));
    if (dtype != c10::CppTypeToScalarType<T>::value) {
        numbers = roundedTo(dtype, numbers);
    }
    if constexpr (std::is_same_v<T, float>) {
        return numbers;
    } else {
        return _mm512_broadcast_i64x4(halvesOf<T>(numbers));
    }
}

// Bits of the first count lanes.
template <typename Mask>
Mask firstLanes(int64_t count)
{
    constexpr int64_t kLanes = 8 * sizeof(Mask);
    return count >= kLanes ? static_cast<Mask>(~Mask(0))
                           : static_cast<Mask>((uint64_t(1) << count) - 1);
}

// How numbers are looked up: what of the codes a register of them needs, and where it goes.
struct Floats
{
    using Element = float;
    using Table = __m512;
    using Mask = __mmask16;
    static constexpr int64_t kLanes = 16;

    static __m512 spread(__m128i bytes, __m512 table)
    {
        const __m512i pairs = _mm512_cvtepu8_epi64(bytes);
        const __m512i indices =
            _mm512_or_si512(_mm512_srli_epi64(pairs, 4), _mm512_slli_epi64(pairs, 32));
        return _mm512_permutexvar_ps(indices, table);
    }
    static __m128i load(const uint8_t* codes)
    {
        return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(codes));
    }
    static void store(float* to, __m512 numbers) { _mm512_storeu_ps(to, numbers); }
    static void stream(float* to, __m512 numbers) { _mm512_stream_ps(to, numbers); }
    static void store(float* to, Mask lanes, __m512 numbers)
    {
        _mm512_mask_storeu_ps(to, lanes, numbers);
    }
};

struct Halves
{
    using Element = uint16_t;
    using Table = __m512i;
    using Mask = __mmask32;
    static constexpr int64_t kLanes = 32;

    static __m512i spread(__m128i bytes, __m512i table)
    {
        const __m512i pairs = _mm512_cvtepu8_epi32(bytes);
        const __m512i indices =
            _mm512_or_si512(_mm512_srli_epi32(pairs, 4), _mm512_slli_epi32(pairs, 16));
        return _mm512_permutexvar_epi16(indices, table);
    }
    static __m128i load(const uint8_t* codes)
    {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(codes));
    }
    static void store(uint16_t* to, __m512i numbers) { _mm512_storeu_si512(to, numbers); }
    static void stream(uint16_t* to, __m512i numbers)
    {
        _mm512_stream_si512(reinterpret_cast<__m512i*>(to), numbers);
    }
    static void store(uint16_t* to, Mask lanes, __m512i numbers)
    {
        _mm512_mask_storeu_epi16(to, lanes, numbers);
    }
};

// codes begin with a whole byte; a last one may be half.
template <typename Form>
void lookUpAll(const uint8_t* codes,
               int64_t count,
               typename Form::Table table,
               bool passesCache,
               typename Form::Element* to)
{
    constexpr int64_t kLanes = Form::kLanes;
    int64_t i = 0;
    if (passesCache && reinterpret_cast<uintptr_t>(to) % 64 == 0) {
        for (; i + kLanes <= count; i += kLanes) {
            Form::stream(to + i, Form::spread(Form::load(codes + i / 2), table));
        }
    } else {
        for (; i + kLanes <= count; i += kLanes) {
            Form::store(to + i, Form::spread(Form::load(codes + i / 2), table));
        }
    }
    if (i < count) {
        const auto bytes = firstLanes<__mmask16>((count - i + 1) / 2);
        const __m128i last = _mm_maskz_loadu_epi8(bytes, codes + i / 2);
        const auto lanes = firstLanes<typename Form::Mask>(count - i);
        Form::store(to + i, lanes, Form::spread(last, table));
    }
}

template <typename T>
using FormOf = std::conditional_t<std::is_same_v<T, float>, Floats, Halves>;

template <typename T>
void lookUpPart(
    const Nf4Run& run, int64_t first, int64_t count, typename FormOf<T>::Table table, T* to)
{
    const uint8_t* const codes = run.codes;
    if (first % 2 != 0) {
        T numbers[sizeof table / sizeof(T)];
        std::memcpy(numbers, &table, sizeof table);
        *to++ = numbers[codes[first / 2] & 15];
        ++first;
        --count;
    }
    auto* elements = reinterpret_cast<typename FormOf<T>::Element*>(to);
    lookUpAll<FormOf<T>>(codes + first / 2, count, table, run.passesCache, elements);
}

} // namespace

template <typename T>
void unpackRunAvx512(const Nf4Run& run, T* to)
{
    eachBlock(run, to, [&run](int64_t first, int64_t count, float scale, T* part) {
        lookUpPart(run, first, count, tableOf<T>(scale, run.dtype), part);
    });
}

template void unpackRunAvx512<float>(const Nf4Run&, float*);
template void unpackRunAvx512<c10::BFloat16>(const Nf4Run&, c10::BFloat16*);
template void unpackRunAvx512<c10::Half>(const Nf4Run&, c10::Half*);

} // namespace engine::kernels
