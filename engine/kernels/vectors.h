// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What the hand-written loops share: one clone per instruction set, rows in the computing type, and
// an exponential the compiler can vectorise.
#pragma once

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>

// The function is compiled for AVX-512, AVX2 and the baseline; the loader picks one.
#define LORA_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))

namespace engine::kernels {

// float64 stays, everything else is computed in float32.
template <typename T>
using Computed = std::conditional_t<std::is_same_v<T, double>, double, float>;

template <typename T>
[[gnu::always_inline]] inline Computed<T> widened(T value)
{
    if constexpr (std::is_same_v<T, c10::BFloat16>) {
        return std::bit_cast<float>(static_cast<uint32_t>(value.x) << 16);
    } else {
        return static_cast<Computed<T>>(value);
    }
}

// Rounds to nearest even, as c10 does, without a branch for bfloat16.
template <typename T>
[[gnu::always_inline]] inline T narrowed(Computed<T> value)
{
    if constexpr (std::is_same_v<T, c10::BFloat16>) {
        const auto bits = std::bit_cast<uint32_t>(value);
        const uint32_t rounded = (bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16;
        const bool isNan = (bits & 0x7fffffffU) > 0x7f800000U;
        return T(static_cast<uint16_t>(isNan ? 0x7fc0U : rounded), T::from_bits());
    } else {
        return static_cast<T>(value);
    }
}

// exp(x) for x <= 88, relative error below 2e-7; exactly 0 below -87. NaN stays NaN.
// Source: Cephes expf (range reduction by ln 2 in two parts, polynomial of degree 5).
[[gnu::always_inline]] inline float exponential(float value)
{
    const float x = std::min(std::max(value, -87.0F), 88.0F);
    constexpr float kRounder = 12582912.0F; // 1.5 · 2^23: adding it rounds to an integer
    const float shifted = x * 1.44269504F + kRounder;
    const float n = shifted - kRounder;
    const float r = (x - n * 0.693359375F) + n * 2.12194440e-4F;
    float p = 1.9875691500e-4F;
    p = p * r + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    p = p * r * r + r + 1.0F;
    const uint32_t exponent = (std::bit_cast<uint32_t>(shifted) << 23) + 0x3f800000U;
    // A mask, not a branch: the compiler would compute the whole loop under it.
    const uint32_t keep = -static_cast<uint32_t>(!(value < -87.0F));
    return std::bit_cast<float>(keep & std::bit_cast<uint32_t>(p * std::bit_cast<float>(exponent)));
}

[[gnu::always_inline]] inline double exponential(double x)
{
    return std::exp(x);
}

// tanh(x), relative error below 1e-6 in float32.
template <typename C>
[[gnu::always_inline]] inline C hyperbolicTangent(C x)
{
    if constexpr (std::is_same_v<C, double>) {
        return std::tanh(x);
    } else {
        // Taylor's series where 1 − 2 / (e²ˣ + 1) cancels.
        const C square = x * x;
        const C small = x * (1 - square * (C(1) / 3 - square * (C(2) / 15 - square * C(17) / 315)));
        const C bounded = std::clamp(x, C(-10), C(10));
        const C large = 1 - 2 / (exponential(2 * bounded) + 1);
        return std::abs(x) < C(0.2) ? small : large;
    }
}

// Φ(x) of the standard normal distribution, relative error below 3e-6 from x = −6 on, 8e-6 from −12
// on, where it is 1e-33. NaN stays NaN.
// Source: Numerical Recipes, erfcc (Chebyshev fit of erfc).
[[gnu::always_inline]] inline float normalShare(float x)
{
    const float z = std::abs(x) * 0.70710678F;
    const float t = 1 / (1 + 0.5F * z);
    float p = 0.17087277F;
    p = p * t - 0.82215223F;
    p = p * t + 1.48851587F;
    p = p * t - 1.13520398F;
    p = p * t + 0.27886807F;
    p = p * t - 0.18628806F;
    p = p * t + 0.09678418F;
    p = p * t + 0.37409196F;
    p = p * t + 1.00002368F;
    p = p * t - 1.26551223F;
    const float tail = 0.5F * t * exponential(p - 0.5F * x * x); // Φ(−|x|)
    return x < 0 ? tail : 1 - tail;
}

// Sum of term(i) for i in [0, count) in 16 independent lanes: a fixed order that vectorises.
template <typename C, typename Term>
[[gnu::always_inline]] inline C laneSum(int64_t count, Term term)
{
    constexpr int64_t kLanes = 16;
    C lanes[kLanes] = {};
    int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        for (int64_t lane = 0; lane < kLanes; ++lane) {
            lanes[lane] += term(i + lane);
        }
    }
    C sum = 0;
    for (; i < count; ++i) {
        sum += term(i);
    }
    for (const C lane : lanes) {
        sum += lane;
    }
    return sum;
}

} // namespace engine::kernels
