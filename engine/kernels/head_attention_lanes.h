// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The loops behind head_attention.h, written once over an instruction set `I`; included only by the
// files compiled for one. `I` offers Vector (kLanes floats) and zero set1 load store fma fnma add
// sub mul max exponential select(key, limit, value, hidden), and kKeys: the keys of a block, one
// register each.
#pragma once

#include "engine/kernels/head_attention.h"

#include <limits>

namespace engine::kernels {
namespace {

// The row of key `key`, or of the last one: what lies behind is hidden from every lane.
inline const float* rowOf(const float* rows, int64_t stride, int64_t key, int64_t keys)
{
    return rows + (key < keys ? key : keys - 1) * stride;
}

// sums[i] = Σ_d rows[i][d] · lanes[d].
template <typename I>
[[gnu::always_inline]] inline void scoresOf(typename I::Vector (&sums)[I::kKeys],
                                            const float* (&rows)[I::kKeys],
                                            const float* lanes,
                                            int64_t headDim)
{
#pragma GCC unroll 16
    for (int i = 0; i < I::kKeys; ++i) {
        sums[i] = I::zero();
    }
    for (int64_t d = 0; d < headDim; ++d) {
        const typename I::Vector lane = I::load(lanes + d * I::kLanes);
#pragma GCC unroll 16
        for (int i = 0; i < I::kKeys; ++i) {
            sums[i] = I::fma(I::set1(rows[i][d]), lane, sums[i]);
        }
    }
}

template <typename I>
void attendForward(const AttentionLanes& work)
{
    using V = typename I::Vector;
    V maximum = I::set1(-std::numeric_limits<float>::infinity());
    V sum = I::zero();
    for (int64_t d = 0; d < work.headDim; ++d) {
        I::store(work.result + d * I::kLanes, I::zero());
    }
    for (int64_t first = 0; first < work.keys; first += I::kKeys) {
        const float* rows[I::kKeys];
        for (int i = 0; i < I::kKeys; ++i) {
            rows[i] = rowOf(work.k, work.kStride, first + i, work.keys);
        }
        V p[I::kKeys];
        scoresOf<I>(p, rows, work.q, work.headDim);
        // Lane 0 sees the fewest keys; those behind the last key are behind every lane's limit.
        const bool isPartial = first + I::kKeys > work.limit + 1;
        if (isPartial) {
#pragma GCC unroll 16
            for (int i = 0; i < I::kKeys; ++i) {
                p[i] =
                    I::select(first + i, work.limit, p[i], -std::numeric_limits<float>::infinity());
            }
        }
        V highest = maximum;
#pragma GCC unroll 16
        for (int i = 0; i < I::kKeys; ++i) {
            highest = I::max(highest, p[i]);
        }
        const V correction = I::exponential(I::sub(maximum, highest));
        maximum = highest;
        sum = I::mul(sum, correction);
#pragma GCC unroll 16
        for (int i = 0; i < I::kKeys; ++i) {
            p[i] = I::exponential(I::sub(p[i], highest));
        }
        if (isPartial) {
#pragma GCC unroll 16
            for (int i = 0; i < I::kKeys; ++i) {
                p[i] = I::select(first + i, work.limit, p[i], 0);
            }
        }
#pragma GCC unroll 16
        for (int i = 0; i < I::kKeys; ++i) {
            sum = I::add(sum, p[i]);
            rows[i] = rowOf(work.v, work.vStride, first + i, work.keys);
        }
        for (int64_t d = 0; d < work.headDim; ++d) {
            float* const at = work.result + d * I::kLanes;
            V mixed = I::mul(I::load(at), correction);
            V second = I::zero(); // two chains: one would wait for itself
#pragma GCC unroll 8
            for (int i = 0; i < I::kKeys; i += 2) {
                mixed = I::fma(I::set1(rows[i][d]), p[i], mixed);
                second = I::fma(I::set1(rows[i + 1][d]), p[i + 1], second);
            }
            I::store(at, I::add(mixed, second));
        }
    }
    I::store(work.maximum, maximum);
    I::store(work.sum, sum);
}

// sums [keys, width] += weights [keys, lanes] · rows [lanes, width].
template <typename I>
[[gnu::always_inline]] inline void addRows(
    const AttentionLanes& work, float* sums, const float* weights, const float* rows, int64_t count)
{
    using V = typename I::Vector;
    for (int64_t column = 0; column < work.rowStride; column += I::kLanes) {
        V sum[I::kKeys];
#pragma GCC unroll 16
        for (int i = 0; i < I::kKeys; ++i) {
            sum[i] = I::zero();
        }
        for (int64_t lane = 0; lane < I::kLanes; ++lane) {
            const V row = I::load(rows + lane * work.rowStride + column);
#pragma GCC unroll 16
            for (int i = 0; i < I::kKeys; ++i) {
                sum[i] = I::fma(I::set1(weights[i * I::kLanes + lane]), row, sum[i]);
            }
        }
        for (int i = 0; i < count; ++i) {
            float* const at = sums + i * work.rowStride + column;
            I::store(at, I::add(I::load(at), sum[i]));
        }
    }
}

template <typename I>
void attendBackward(const AttentionLanes& work)
{
    using V = typename I::Vector;
    const V logSums = I::load(work.logSums);
    const V delta = I::load(work.delta);
    float* const weights = work.scores;
    float* const slopes = work.scores + I::kKeys * I::kLanes;
    for (int64_t first = 0; first < work.keys; first += I::kKeys) {
        const float* kRows[I::kKeys];
        const float* vRows[I::kKeys];
        for (int i = 0; i < I::kKeys; ++i) {
            kRows[i] = rowOf(work.k, work.kStride, first + i, work.keys);
            vRows[i] = rowOf(work.v, work.vStride, first + i, work.keys);
        }
        V p[I::kKeys];
        scoresOf<I>(p, kRows, work.q, work.headDim);
        const bool isPartial = first + I::kKeys > work.limit + 1;
#pragma GCC unroll 16
        for (int i = 0; i < I::kKeys; ++i) {
            p[i] = I::exponential(I::sub(p[i], logSums));
            if (isPartial) {
                p[i] = I::select(first + i, work.limit, p[i], 0);
            }
            I::store(weights + i * I::kLanes, p[i]);
        }
        scoresOf<I>(p, vRows, work.gradient, work.headDim);
#pragma GCC unroll 16
        for (int i = 0; i < I::kKeys; ++i) {
            p[i] = I::mul(I::load(weights + i * I::kLanes), I::sub(p[i], delta));
            I::store(slopes + i * I::kLanes, p[i]);
        }
        for (int64_t d = 0; d < work.headDim; ++d) {
            float* const at = work.dq + d * I::kLanes;
            V mixed = I::load(at);
            V second = I::zero();
#pragma GCC unroll 8
            for (int i = 0; i < I::kKeys; i += 2) {
                mixed = I::fma(I::set1(kRows[i][d]), p[i], mixed);
                second = I::fma(I::set1(kRows[i + 1][d]), p[i + 1], second);
            }
            I::store(at, I::add(mixed, second));
        }
        const int64_t left = work.keys - first;
        const int64_t count = left < I::kKeys ? left : I::kKeys;
        addRows<I>(work, work.dv + first * work.rowStride, weights, work.gradientRows, count);
        addRows<I>(work, work.dk + first * work.rowStride, slopes, work.qRows, count);
    }
}

} // namespace
} // namespace engine::kernels
