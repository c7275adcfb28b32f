// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The loops behind head_attention.h, written once over an instruction set `I`; included only by the
// files compiled for one. `I` offers Vector (kLanes floats) and zero set1 load store fma add sub
// mul div max min exponential2 fromLane(first, value, other) beforeLane(end, value, other)
// untilLane(last, value) loadPart storePart transpose.
#pragma once

#include "engine/kernels/head_attention.h"

#include <limits>

namespace engine::kernels {
namespace {

// Coefficients of the minimax polynomial of 2^r on [0, 1), relative error 7.5e-8.
constexpr float kExponential2[] = {
    0.99999994F, 0.6931531F, 0.24015361F, 0.055826318F, 0.00898934F, 0.0018775767F};

template <typename I>
using TileOf = typename I::Vector[I::kLanes];

// sums[i] += Σ_d factors[d][i] · lanes[d].
template <typename I>
[[gnu::always_inline]] inline void
addProducts(TileOf<I>& sums, const float* factors, const float* lanes, int64_t headDim)
{
    for (int64_t d = 0; d < headDim; ++d, factors += I::kLanes, lanes += I::kLanes) {
        const typename I::Vector lane = I::load(lanes);
#pragma GCC unroll 16
        for (int i = 0; i < I::kLanes; ++i) {
            sums[i] = I::fma(I::set1(factors[i]), lane, sums[i]);
        }
    }
}

// to[d] = correction · to[d] + Σ_i factors[d][i] · values[i].
template <typename I>
[[gnu::always_inline]] inline void addMixed(float* to,
                                            const float* factors,
                                            const TileOf<I>& values,
                                            int64_t headDim,
                                            const typename I::Vector* correction)
{
    for (int64_t d = 0; d < headDim; ++d, factors += I::kLanes, to += I::kLanes) {
        typename I::Vector mixed = I::load(to);
        if (correction != nullptr) {
            mixed = I::mul(mixed, *correction);
        }
        typename I::Vector second = I::zero(); // two chains: one would wait for itself
#pragma GCC unroll 8
        for (int i = 0; i < I::kLanes; i += 2) {
            mixed = I::fma(I::set1(factors[i]), values[i], mixed);
            second = I::fma(I::set1(factors[i + 1]), values[i + 1], second);
        }
        I::store(to, I::add(mixed, second));
    }
}

constexpr float kHidden = -std::numeric_limits<float>::infinity();
// Below every score: of a lane that has seen no key the maximum stays finite.
constexpr float kLowest = std::numeric_limits<float>::lowest();

template <typename I>
[[gnu::always_inline]] inline int laneWithin(int64_t lane)
{
    return static_cast<int>(lane < 0 ? 0 : lane > I::kLanes ? I::kLanes : lane);
}

// Hides the keys of a tile, `distance` tiles before that of the queries, which are before the
// window: query `lane` does not see key i where lane >= window − distance · lanes + i.
template <typename I>
[[gnu::always_inline]] inline void hideBefore(TileOf<I>& p, int64_t window, int64_t distance)
{
    const int64_t reach = window - distance * I::kLanes;
    if (reach >= I::kLanes) {
        return;
    }
#pragma GCC unroll 16
    for (int i = 0; i < I::kLanes; ++i) {
        p[i] = I::beforeLane(laneWithin<I>(reach + i), p[i], kHidden);
    }
}

// The same of probabilities with the keys across the lanes and the queries behind theirs.
template <typename I>
[[gnu::always_inline]] inline void clearBefore(TileOf<I>& p, int64_t window, int64_t distance)
{
    const int64_t first = distance * I::kLanes - window + 1; // that query 0 sees
    if (first + I::kLanes <= 1) {
        return;
    }
#pragma GCC unroll 16
    for (int i = 0; i < I::kLanes; ++i) {
        p[i] = I::fromLane(laneWithin<I>(first + i), p[i], 0.0F);
    }
}

// cap · tanh(score / cap), to the base 2, by what is left of tanh to 1: 2 / (1 + exp(2 score /
// cap)).
template <typename I>
class SoftCap
{
public:
    explicit SoftCap(float cap) : m_cap(I::set1(cap)), m_factor(I::set1(2 * kLog2E / cap)) {}

    typename I::Vector rest(const typename I::Vector& score) const
    {
        // Far beyond where float32 knows no rest, and within the exponents; NaN stays NaN.
        const typename I::Vector exponent = I::min(I::set1(64), I::mul(score, m_factor));
        return I::div(I::set1(2), I::add(I::set1(1), I::exponential2(exponent)));
    }
    typename I::Vector score(const typename I::Vector& rest) const
    {
        return I::sub(m_cap, I::mul(m_cap, rest));
    }
    // 1 − tanh².
    static typename I::Vector slope(const typename I::Vector& rest)
    {
        return I::mul(rest, I::sub(I::set1(2), rest));
    }

private:
    typename I::Vector m_cap;
    typename I::Vector m_factor;
};

template <typename I, bool isCapped>
void attendForward(const TileForward& work)
{
    using V = typename I::Vector;
    const int64_t tileSize = work.headDim * I::kLanes;
    V maximum = I::set1(kLowest);
    V sum = I::zero();
    for (int64_t d = 0; d < work.headDim; ++d) {
        I::store(work.result + d * I::kLanes, I::zero());
    }
    for (int64_t tile = 0; tile < work.tiles; ++tile) {
        TileOf<I> p; // of each key
#pragma GCC unroll 16
        for (int i = 0; i < I::kLanes; ++i) {
            p[i] = I::zero();
        }
        addProducts<I>(p, work.k + tile * tileSize, work.q, work.headDim);
        if constexpr (isCapped) {
            const SoftCap<I> cap(work.cap);
#pragma GCC unroll 16
            for (int i = 0; i < I::kLanes; ++i) {
                p[i] = cap.score(cap.rest(p[i]));
            }
        }
        if (tile + 1 == work.tiles) {
#pragma GCC unroll 16
            for (int i = 0; i < I::kLanes; ++i) {
                p[i] = I::fromLane(i, p[i], kHidden);
            }
        }
        hideBefore<I>(p, work.window, work.tiles - 1 - tile);
        V highest = maximum;
#pragma GCC unroll 16
        for (int i = 0; i < I::kLanes; ++i) {
            highest = I::max(highest, p[i]);
        }
        const V correction = I::exponential2(I::sub(maximum, highest));
        maximum = highest;
        sum = I::mul(sum, correction);
#pragma GCC unroll 16
        for (int i = 0; i < I::kLanes; ++i) {
            p[i] = I::exponential2(I::sub(p[i], highest));
            sum = I::add(sum, p[i]);
        }
        addMixed<I>(work.result, work.v + tile * tileSize, p, work.headDim, &correction);
    }
    const V inverse = I::div(I::set1(1), sum);
    for (int64_t d = 0; d < work.headDim; ++d) {
        float* const at = work.result + d * I::kLanes;
        I::store(at, I::mul(I::load(at), inverse));
    }
    I::store(work.maximum, maximum);
    I::store(work.sum, sum);
}

template <typename I, bool isCapped>
void attendBackward(const TileBackward& work)
{
    using V = typename I::Vector;
    const int64_t tileSize = work.headDim * I::kLanes;
    for (int64_t tile = 0; tile < work.tiles; ++tile) {
        const float* const q = work.q + tile * tileSize;
        const float* const gradient = work.gradient + tile * tileSize;
        TileOf<I> p; // of each query
#pragma GCC unroll 16
        for (int i = 0; i < I::kLanes; ++i) {
            p[i] = isCapped ? I::zero() : I::set1(-work.logSums[tile * I::kLanes + i]);
        }
        addProducts<I>(p, q, work.k, work.headDim);
        if constexpr (isCapped) {
            const SoftCap<I> cap(work.cap);
#pragma GCC unroll 16
            for (int i = 0; i < I::kLanes; ++i) {
                const V rest = cap.rest(p[i]);
                I::store(work.scratch + i * I::kLanes, cap.slope(rest));
                p[i] = I::sub(cap.score(rest), I::set1(work.logSums[tile * I::kLanes + i]));
            }
        }
#pragma GCC unroll 16
        for (int i = 0; i < I::kLanes; ++i) {
            p[i] = I::exponential2(p[i]);
        }
        if (tile == 0) {
#pragma GCC unroll 16
            for (int i = 0; i < I::kLanes; ++i) {
                p[i] = I::untilLane(i, p[i]);
            }
        }
        clearBefore<I>(p, work.window, tile);
        addMixed<I>(work.dv, gradient, p, work.headDim, nullptr);
#pragma GCC unroll 16
        for (int i = 0; i < I::kLanes; ++i) {
            float* const slope = work.scratch + i * I::kLanes;
            I::store(slope, isCapped ? I::mul(I::load(slope), p[i]) : p[i]);
        }
        TileOf<I> slopes;
#pragma GCC unroll 16
        for (int i = 0; i < I::kLanes; ++i) {
            slopes[i] = I::set1(-work.delta[tile * I::kLanes + i]);
        }
        addProducts<I>(slopes, gradient, work.v, work.headDim);
#pragma GCC unroll 16
        for (int i = 0; i < I::kLanes; ++i) {
            slopes[i] = I::mul(I::load(work.scratch + i * I::kLanes), slopes[i]);
        }
        addMixed<I>(work.dk, q, slopes, work.headDim, nullptr);
        I::transpose(slopes);
        addMixed<I>(work.dq + tile * tileSize, work.k, slopes, work.headDim, nullptr);
    }
}

template <typename I, typename T>
void loadTile(const TileRows<const T>& from, float* tile)
{
    const typename I::Vector factor = I::set1(from.factor);
    for (int64_t d = 0; d < from.headDim; d += I::kLanes) {
        const int64_t width = from.headDim - d < I::kLanes ? from.headDim - d : I::kLanes;
        TileOf<I> rows;
#pragma GCC unroll 16
        for (int i = 0; i < I::kLanes; ++i) {
            rows[i] = i < from.count ? I::loadPart(from.rows.row(i) + d, width) : I::zero();
        }
        I::transpose(rows);
#pragma GCC unroll 16
        for (int i = 0; i < I::kLanes; ++i) {
            if (i < width) {
                I::store(tile + (d + i) * I::kLanes, I::mul(rows[i], factor));
            }
        }
    }
}

template <typename I, typename T>
void storeTile(const float* tile, const TileRows<T>& to)
{
    const typename I::Vector factor = I::set1(to.factor);
    for (int64_t d = 0; d < to.headDim; d += I::kLanes) {
        const int64_t width = to.headDim - d < I::kLanes ? to.headDim - d : I::kLanes;
        TileOf<I> rows;
#pragma GCC unroll 16
        for (int i = 0; i < I::kLanes; ++i) {
            rows[i] = i < width ? I::mul(I::load(tile + (d + i) * I::kLanes), factor) : I::zero();
        }
        I::transpose(rows);
#pragma GCC unroll 16
        for (int i = 0; i < I::kLanes; ++i) {
            if (i < to.count) {
                I::storePart(to.rows.row(i) + d, rows[i], width);
            }
        }
    }
}

template <typename I>
constexpr AttentionKernels attentionKernelsOf()
{
    return {I::kLanes,
            [](const TileForward& work) {
                work.cap > 0 ? attendForward<I, true>(work) : attendForward<I, false>(work);
            },
            [](const TileBackward& work) {
                work.cap > 0 ? attendBackward<I, true>(work) : attendBackward<I, false>(work);
            },
            loadTile<I, float>,
            loadTile<I, c10::BFloat16>,
            storeTile<I, float>,
            storeTile<I, c10::BFloat16>};
}

} // namespace
} // namespace engine::kernels
