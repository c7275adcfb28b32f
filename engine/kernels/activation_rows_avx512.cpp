// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/activation_rows.h"
#include "engine/kernels/head_attention_avx512.h"

namespace engine::kernels {
namespace {

using I = Avx512;
using V = Avx512::Vector;

struct Curve
{
    V value;
    V slope;
};

// 1 / (1 + 2^x), relative error below 4e-7; NaN stays NaN.
V inverseOfOneAndPower(V x)
{
    // Above 126 the result is nothing beside 1, and its estimate would be infinite.
    const V sum = I::add(I::set1(1), I::exponential2(I::min(I::set1(126), x)));
    const V estimate = _mm512_rcp14_ps(sum);
    const V rest = _mm512_fnmadd_ps(sum, estimate, I::set1(1));
    return I::fma(estimate, rest, estimate);
}

struct Silu
{
    static V value(V x) { return I::mul(x, sigmoid(x)); }
    static Curve curve(V x)
    {
        const V share = sigmoid(x);
        const V value = I::mul(x, share);
        return {value, I::fma(value, I::sub(I::set1(1), share), share)};
    }

private:
    static V sigmoid(V x) { return inverseOfOneAndPower(I::mul(x, I::set1(-kLog2E))); }
};

// 0.5 x (1 + tanh(inner)) = x · sigmoid(2 inner), inner = √(2 / π) (x + 0.044715 x³).
struct GeluTanh
{
    static V value(V x) { return I::mul(x, share(x)); }
    static Curve curve(V x)
    {
        const V s = share(x);
        const V innerSlope =
            I::fma(I::mul(x, x), I::set1(2 * kFactor * 3 * kCubic), I::set1(2 * kFactor));
        const V bend = I::mul(I::mul(x, innerSlope), I::sub(I::set1(1), s));
        return {I::mul(x, s), I::fma(s, bend, s)};
    }

private:
    static constexpr float kFactor = 0.7978845608028654F; // √(2 / π)
    static constexpr float kCubic = 0.044715F;

    static V share(V x)
    {
        const V cubic = I::fma(I::mul(x, x), I::set1(kCubic), I::set1(1));
        return inverseOfOneAndPower(I::mul(I::mul(x, I::set1(-2 * kFactor * kLog2E)), cubic));
    }
};

// As it would be read again.
template <typename T>
V rounded(V value)
{
    if constexpr (std::is_same_v<T, float>) {
        return value;
    } else {
        const __m512i halves = _mm512_cvtepu16_epi32(nearestHalf(value));
        return _mm512_castsi512_ps(_mm512_slli_epi32(halves, 16));
    }
}

// visit(first, how many) for each 16 of `width` numbers, at most.
template <typename Visit>
[[gnu::always_inline]] inline void forVectors(int64_t width, Visit visit)
{
    int64_t i = 0;
    for (; i + I::kLanes <= width; i += I::kLanes) {
        visit(i, I::kLanes);
    }
    if (i < width) {
        visit(i, width - i);
    }
}

template <typename Activated, typename T>
void forward(const T* gate, const T* up, T* h, int64_t width)
{
    forVectors(
        width, [=](int64_t i, int64_t count) __attribute__((always_inline)) {
            V value = Activated::value(I::loadPart(gate + i, count));
            if (up != nullptr) {
                value = I::mul(rounded<T>(value), I::loadPart(up + i, count));
            }
            I::storePart(h + i, value, count);
        });
}

template <typename Activated, typename T>
void backward(const T* gate, const T* up, T* h, T* dGate, T* dUp, int64_t width)
{
    forVectors(
        width, [=](int64_t i, int64_t count) __attribute__((always_inline)) {
            const Curve active = Activated::curve(I::loadPart(gate + i, count));
            V gradient = I::loadPart(h + i, count);
            V value = active.value;
            if (up != nullptr) {
                const V other = I::loadPart(up + i, count);
                I::storePart(dUp + i, I::mul(gradient, value), count);
                gradient = I::mul(gradient, other);
                value = I::mul(rounded<T>(value), other);
            }
            I::storePart(dGate + i, I::mul(gradient, active.slope), count);
            I::storePart(h + i, value, count);
        });
}

template <typename Activated, typename T>
constexpr ActivationRow<T> kRow = {forward<Activated, T>, backward<Activated, T>};

} // namespace

extern const ActivationRow<float> kSiluFloatsAvx512, kGeluTanhFloatsAvx512;
extern const ActivationRow<c10::BFloat16> kSiluHalvesAvx512, kGeluTanhHalvesAvx512;
const ActivationRow<float> kSiluFloatsAvx512 = kRow<Silu, float>;
const ActivationRow<float> kGeluTanhFloatsAvx512 = kRow<GeluTanh, float>;
const ActivationRow<c10::BFloat16> kSiluHalvesAvx512 = kRow<Silu, c10::BFloat16>;
const ActivationRow<c10::BFloat16> kGeluTanhHalvesAvx512 = kRow<GeluTanh, c10::BFloat16>;

} // namespace engine::kernels
