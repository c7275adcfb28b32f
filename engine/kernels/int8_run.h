// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A run of int8 numbers of one row: code · scale · (1 / 127), each product rounded by itself, then
// to the type. One version per instruction set, all with the same bits.
#pragma once

#include "engine/kernels/float_types.h"

#include <cmath>
#include <cstdint>

namespace engine::kernels {

inline constexpr float kInt8Undone = 7.874015718698502e-3F; // 1 / 127, as bitsandbytes writes it

struct Int8Run
{
    const int8_t* codes;
    int64_t count;
    float scale;
    c10::ScalarType dtype;    // what numbers are rounded to before T
    bool passesCache = false; // whole aligned vectors are written past the caches
};

[[gnu::always_inline]] inline float int8Number(int8_t code, float scale)
{
    return static_cast<float>(code) * scale * kInt8Undone;
}

// With a finite scale no number is a NaN, and it is rounded once: what the vector loops take.
template <typename T>
bool isRoundedOnce(const Int8Run& run)
{
    return std::isfinite(run.scale)
           && (run.dtype == c10::kFloat || run.dtype == c10::CppTypeToScalarType<T>::value);
}

// T: float, c10::BFloat16, c10::Half.
template <typename T>
void unpackInt8(const Int8Run& run, T* to);
template <typename T>
void unpackInt8Avx2(const Int8Run& run, T* to);
template <typename T>
void unpackInt8Avx512(const Int8Run& run, T* to);

} // namespace engine::kernels
