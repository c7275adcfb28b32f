// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The kernels behind decode_kernels.h, written once over 16 float lanes of an instruction set `I`;
// included only by the files compiled for one, whose anonymous namespace keeps each set's code to
// itself. `I` offers Vector and zero load store set fma add sub mul div max sum largest round
// twoTo clamp unlessBelow storeHalf loadPart storePart keep isFinite, and what
// decode_matvec_lanes.h asks for.
#pragma once

#include "engine/kernels/decode_matvec_lanes.h"
#include "engine/kernels/vectors.h"

#include <cmath>
#include <cstring>

#include <immintrin.h>

namespace engine::kernels {
namespace {

constexpr int64_t kLanes = 16;

template <typename I>
void project(const FactorRows& a, const float* x, float scale, float* inner)
{
    constexpr int64_t kRows = 4;
    const int64_t whole = a.depth / kLanes * kLanes;
    const int64_t rest = a.depth - whole;
    for (int64_t row = 0; row < a.rank; row += kRows) {
        const int64_t rows = a.rank - row < kRows ? a.rank - row : kRows;
        typename I::Vector sums[kRows];
        const float* from[kRows];
        for (int64_t r = 0; r < kRows; ++r) {
            sums[r] = I::zero();
            from[r] = a.data + (row + (r < rows ? r : 0)) * a.stride; // twice instead of a branch
        }
        for (int64_t k = 0; k < whole; k += kLanes) {
            const typename I::Vector value = I::load(x + k);
#pragma GCC unroll 4
            for (int64_t r = 0; r < kRows; ++r) {
                sums[r] = I::fma(value, I::load(from[r] + k), sums[r]);
            }
        }
        for (int64_t r = 0; r < rows; ++r) {
            if (rest > 0) {
                sums[r] = I::fma(
                    I::loadPart(x + whole, rest), I::loadPart(from[r] + whole, rest), sums[r]);
            }
            inner[row + r] = scale * I::sum(sums[r]);
        }
    }
}

// Σ of the eight lanes of each of eight vectors.
[[gnu::always_inline]] inline __m256 sumsOfEight(const __m256 (&rows)[8])
{
    const __m256 low =
        _mm256_hadd_ps(_mm256_hadd_ps(rows[0], rows[1]), _mm256_hadd_ps(rows[2], rows[3]));
    const __m256 high =
        _mm256_hadd_ps(_mm256_hadd_ps(rows[4], rows[5]), _mm256_hadd_ps(rows[6], rows[7]));
    return _mm256_add_ps(_mm256_permute2f128_ps(low, high, 0x20),
                         _mm256_permute2f128_ps(low, high, 0x31));
}

// The first `count` of eight lanes.
[[gnu::always_inline]] inline __m256i firstOfEight(int64_t count)
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)),
                              _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

constexpr int64_t kExpandRows = 8; // of a tile, and numbers of a row at a time

// Σ_r b[row][r] inner[r] of eight rows, of which those from `rows` on repeat the last.
[[gnu::always_inline]] inline __m256
expandedTile(const float* b, int64_t rows, int64_t rank, const float* inner)
{
    const int64_t whole = rank / kExpandRows * kExpandRows;
    const float* from[kExpandRows];
    __m256 sums[kExpandRows];
#pragma GCC unroll 8
    for (int64_t i = 0; i < kExpandRows; ++i) {
        from[i] = b + (i < rows ? i : rows - 1) * rank;
        sums[i] = _mm256_setzero_ps();
    }
    for (int64_t r = 0; r < whole; r += kExpandRows) {
        const __m256 value = _mm256_loadu_ps(inner + r);
#pragma GCC unroll 8
        for (int64_t i = 0; i < kExpandRows; ++i) {
            sums[i] = _mm256_fmadd_ps(_mm256_loadu_ps(from[i] + r), value, sums[i]);
        }
    }
    if (whole < rank) {
        const __m256i tail = firstOfEight(rank - whole);
        const __m256 value = _mm256_maskload_ps(inner + whole, tail);
#pragma GCC unroll 8
        for (int64_t i = 0; i < kExpandRows; ++i) {
            sums[i] = _mm256_fmadd_ps(_mm256_maskload_ps(from[i] + whole, tail), value, sums[i]);
        }
    }
    return sumsOfEight(sums);
}

// Factors are narrow: eight rows of eight numbers make one tile in every instruction set. A row's
// sum is the same wherever in a tile it stands, so that features can be shared out in any way.
inline void expand(const float* b, int64_t rows, int64_t rank, const float* inner, float* y)
{
    int64_t row = 0;
    for (; row + kExpandRows <= rows; row += kExpandRows) {
        const __m256 sums = expandedTile(b + row * rank, kExpandRows, rank, inner);
        _mm256_storeu_ps(y + row, _mm256_add_ps(_mm256_loadu_ps(y + row), sums));
    }
    if (row < rows) {
        const __m256i rest = firstOfEight(rows - row);
        const __m256 sums = expandedTile(b + row * rank, rows - row, rank, inner);
        _mm256_maskstore_ps(y + row, rest, _mm256_add_ps(_mm256_maskload_ps(y + row, rest), sums));
    }
}

// apply(load, store, position) over the row, the last vector in part.
template <typename I, typename Whole, typename Part>
[[gnu::always_inline]] inline void overRow(int64_t count, Whole whole, Part part)
{
    int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        whole(i);
    }
    if (i < count) {
        part(i, count - i);
    }
}

template <typename I, typename Term>
[[gnu::always_inline]] inline float sumOver(const float* x, int64_t count, Term term)
{
    typename I::Vector sum = I::zero();
    overRow<I>(
        count,
        [&](int64_t i) { sum = I::add(sum, term(I::load(x + i))); },
        [&](int64_t i, int64_t part) {
            // Lanes beyond the row count as nothing.
            sum = I::add(sum, I::keep(term(I::loadPart(x + i, part)), part));
        });
    return I::sum(sum);
}

template <typename I>
void rmsNorm(const float* x, const float* weight, int64_t width, double epsilon, float* y)
{
    const float squares = sumOver<I>(x, width, [](auto value) { return I::mul(value, value); });
    const auto root = static_cast<float>(
        1.0 / std::sqrt(static_cast<double>(squares) / static_cast<double>(width) + epsilon));
    const typename I::Vector factor = I::set(root);
    overRow<I>(
        width,
        [&](int64_t i) {
            I::store(y + i, I::mul(I::mul(I::load(x + i), factor), I::load(weight + i)));
        },
        [&](int64_t i, int64_t part) {
            const auto value = I::mul(I::loadPart(x + i, part), factor);
            I::storePart(y + i, part, I::mul(value, I::loadPart(weight + i, part)));
        });
}

template <typename I>
void layerNorm(
    const float* x, const float* weight, const float* bias, int64_t width, double epsilon, float* y)
{
    const auto count = static_cast<float>(width);
    const typename I::Vector mean =
        I::set(sumOver<I>(x, width, [](auto value) { return value; }) / count);
    const float squares = sumOver<I>(x, width, [mean](auto value) {
        const auto distance = I::sub(value, mean);
        return I::mul(distance, distance);
    });
    const auto root = static_cast<float>(
        1.0 / std::sqrt(static_cast<double>(squares) / static_cast<double>(width) + epsilon));
    const typename I::Vector factor = I::set(root);
    overRow<I>(
        width,
        [&](int64_t i) {
            const auto value = I::mul(I::sub(I::load(x + i), mean), factor);
            I::store(y + i, I::fma(value, I::load(weight + i), I::load(bias + i)));
        },
        [&](int64_t i, int64_t part) {
            const auto value = I::mul(I::sub(I::loadPart(x + i, part), mean), factor);
            I::storePart(y + i,
                         part,
                         I::fma(value, I::loadPart(weight + i, part), I::loadPart(bias + i, part)));
        });
}

template <typename I>
void rotate(float* x, const float* cos, const float* sin, int64_t half)
{
    const auto turn = [&](auto first, auto second, auto c, auto s, auto store) {
        store(I::sub(I::mul(first, c), I::mul(second, s)),
              I::add(I::mul(second, c), I::mul(first, s)));
    };
    overRow<I>(
        half,
        [&](int64_t i) {
            turn(I::load(x + i),
                 I::load(x + half + i),
                 I::load(cos + i),
                 I::load(sin + i),
                 [&](auto first, auto second) {
                     I::store(x + i, first);
                     I::store(x + half + i, second);
                 });
        },
        [&](int64_t i, int64_t part) {
            turn(I::loadPart(x + i, part),
                 I::loadPart(x + half + i, part),
                 I::loadPart(cos + i, part),
                 I::loadPart(sin + i, part),
                 [&](auto first, auto second) {
                     I::storePart(x + i, part, first);
                     I::storePart(x + half + i, part, second);
                 });
        });
}

// exp(x) for x <= 88, relative error below 2e-7; 0 below -87. NaN stays NaN.
// Source: Cephes expf (range reduction by ln 2 in two parts, polynomial of degree 5).
template <typename I>
[[gnu::always_inline]] inline typename I::Vector exponential(typename I::Vector value)
{
    const auto x = I::clamp(value, -87.0F, 88.0F);
    const auto n = I::round(I::mul(x, I::set(1.44269504F)));
    const auto r = I::fma(n, I::set(2.12194440e-4F), I::fma(n, I::set(-0.693359375F), x));
    auto p = I::set(1.9875691500e-4F);
    for (const float coefficient : {1.3981999507e-3F,
                                    8.3334519073e-3F,
                                    4.1665795894e-2F,
                                    1.6666665459e-1F,
                                    5.0000001201e-1F}) {
        p = I::fma(p, r, I::set(coefficient));
    }
    p = I::add(I::fma(p, I::mul(r, r), r), I::set(1));
    return I::unlessBelow(value, -87.0F, I::mul(p, I::twoTo(n)));
}

// 1 / (1 + exp(−x)).
template <typename I>
[[gnu::always_inline]] inline typename I::Vector sigmoid(typename I::Vector x)
{
    const auto one = I::set(1);
    return I::div(one, I::add(one, exponential<I>(I::sub(I::zero(), x))));
}

template <typename I>
[[gnu::always_inline]] inline typename I::Vector silu(typename I::Vector x)
{
    return I::mul(x, sigmoid<I>(x));
}

// 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))) = x · sigmoid of twice the argument.
template <typename I>
[[gnu::always_inline]] inline typename I::Vector geluTanh(typename I::Vector x)
{
    const auto cube = I::mul(I::mul(x, x), x);
    const auto argument =
        I::mul(I::fma(cube, I::set(0.044715F), x), I::set(2 * 0.7978845608028654F));
    return I::mul(x, sigmoid<I>(argument));
}

// 1 − 2 · sigmoid(−2 x).
template <typename I>
[[gnu::always_inline]] inline typename I::Vector hyperbolicTangent(typename I::Vector x)
{
    return I::fma(sigmoid<I>(I::mul(x, I::set(-2))), I::set(-2), I::set(1));
}

// NaN stays: the second operand wins then.
template <typename I>
[[gnu::always_inline]] inline typename I::Vector relu(typename I::Vector x)
{
    return I::max(I::set(0), x);
}

template <typename I, typename Function>
[[gnu::always_inline]] inline void
activateRow(const float* gate, const float* up, int64_t count, float* y, Function function)
{
    overRow<I>(
        count,
        [&](int64_t i) {
            const auto value = function(I::load(gate + i));
            I::store(y + i, up == nullptr ? value : I::mul(value, I::load(up + i)));
        },
        [&](int64_t i, int64_t part) {
            const auto value = function(I::loadPart(gate + i, part));
            I::storePart(
                y + i, part, up == nullptr ? value : I::mul(value, I::loadPart(up + i, part)));
        });
}

template <typename I>
void activate(Activation activation, const float* gate, const float* up, int64_t count, float* y)
{
    switch (activation) {
    case Activation::Silu:
        return activateRow<I>(gate, up, count, y, silu<I>);
    case Activation::GeluTanh:
        return activateRow<I>(gate, up, count, y, geluTanh<I>);
    case Activation::Relu:
        return activateRow<I>(gate, up, count, y, relu<I>);
    case Activation::Tanh:
        return activateRow<I>(gate, up, count, y, hyperbolicTangent<I>);
    case Activation::GeluErf:
        for (int64_t i = 0; i < count; ++i) {
            y[i] = gate[i] * normalShare(gate[i]) * (up == nullptr ? 1.0F : up[i]);
        }
    }
}

template <typename I>
[[gnu::always_inline]] inline float largest(const float* x, int64_t count)
{
    typename I::Vector best = I::set(x[0]);
    int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        best = I::max(best, I::load(x + i));
    }
    float value = I::largest(best);
    for (; i < count; ++i) {
        value = x[i] > value ? x[i] : value;
    }
    return value;
}

template <typename I>
void softCap(float* x, int64_t count, float scale, float cap)
{
    const auto factor = I::set(scale / cap);
    const auto most = I::set(cap);
    const auto capped = [=](auto value) {
        return I::mul(hyperbolicTangent<I>(I::mul(value, factor)), most);
    };
    overRow<I>(
        count,
        [&](int64_t i) { I::store(x + i, capped(I::load(x + i))); },
        [&](int64_t i, int64_t part) {
            I::storePart(x + i, part, capped(I::loadPart(x + i, part)));
        });
}

template <typename I>
float softmax(float* x, int64_t count, float scale)
{
    const auto factor = I::set(scale);
    const auto max = I::set(scale * largest<I>(x, count)); // scale is positive
    typename I::Vector sum = I::zero();
    overRow<I>(
        count,
        [&](int64_t i) {
            const auto value = exponential<I>(I::sub(I::mul(I::load(x + i), factor), max));
            sum = I::add(sum, value);
            I::store(x + i, value);
        },
        [&](int64_t i, int64_t part) {
            const auto value = I::keep(
                exponential<I>(I::sub(I::mul(I::loadPart(x + i, part), factor), max)), part);
            sum = I::add(sum, value);
            I::store(x + i, value);
        });
    return I::sum(sum);
}

template <typename I>
void toHalf(const float* x, int64_t count, uint16_t* y)
{
    int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        I::storeHalf(y + i, I::load(x + i));
    }
    if (i < count) {
        uint16_t rest[kLanes];
        I::storeHalf(rest, I::loadPart(x + i, count - i));
        std::memcpy(y + i, rest, static_cast<size_t>(count - i) * sizeof rest[0]);
    }
}

template <typename I>
RowMaximum maximum(const float* x, int64_t count)
{
    RowMaximum result;
    overRow<I>(
        count,
        [&](int64_t i) { result.isFinite &= I::isFinite(I::load(x + i)); },
        [&](int64_t i, int64_t part) { result.isFinite &= I::isFinite(I::loadPart(x + i, part)); });
    result.value = largest<I>(x, count);
    while (result.index + 1 < count && x[result.index] != result.value) {
        ++result.index;
    }
    return result;
}

template <typename I>
double sumOfExponentials(const float* x, int64_t count, float max)
{
    const auto most = I::set(max);
    return sumOver<I>(x, count, [most](auto value) { return exponential<I>(I::sub(value, most)); });
}

template <typename I>
constexpr DecodeKernels kernelsOf()
{
    return {multiply<I>,
            project<I>,
            expand,
            rmsNorm<I>,
            layerNorm<I>,
            rotate<I>,
            activate<I>,
            softCap<I>,
            softmax<I>,
            toHalf<I>,
            maximum<I>,
            sumOfExponentials<I>};
}

} // namespace
} // namespace engine::kernels
