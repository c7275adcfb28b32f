// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/pair_attention.h"

#include "engine/kernels/packed_matrix.h"
#include "engine/kernels/small_numbers.h"

#include <array>
#include <cmath>
#include <cstring>

namespace engine::kernels {

// Defined in a file compiled for it.
extern const PairKernels kPairsAvx512Bf16;

const PairKernels* pairKernels(InstructionSet set)
{
    return set == InstructionSet::Avx512Bf16 ? &kPairsAvx512Bf16 : nullptr;
}

void PairAttention::reserve(const HeadGroup<Half>& group, int64_t pairs, int64_t floats)
{
    m_depth = roundedUp(group.headDim, 2);
    m_tiles = (group.tokens + kPairLanes - 1) / kPairLanes;
    m_pairBuffers = pairs;
    const int64_t numbers = m_tiles * m_depth * kPairLanes; // of a buffer
    m_pairs.reserve(static_cast<std::size_t>(2 * pairs * numbers) * sizeof(Half));
    // Behind them statistics and a tile of scratch.
    const int64_t more = 2 * m_tiles * kPairLanes + kPairLanes * kPairLanes;
    m_floats.reserve(static_cast<std::size_t>(floats * numbers + more) * sizeof(float));
}

PairTile PairAttention::pairs(int64_t index) const
{
    const int64_t words = m_tiles * m_depth * kPairLanes / 2;
    auto* const first = m_pairs.as<uint32_t>();
    return {first + index * words, first + (m_pairBuffers + index) * words};
}

float* PairAttention::floats(int64_t index) const
{
    return m_floats.as<float>() + index * m_tiles * m_depth * kPairLanes;
}

void PairAttention::load(RowsOf<const Half> rows,
                         const HeadGroup<Half>& group,
                         const PairTile& to) const
{
    for (int64_t tile = 0; tile < m_tiles; ++tile) {
        const int64_t first = tile * kPairLanes;
        m_kernels.load(
            {rows.from(first), std::min(kPairLanes, group.tokens - first), group.headDim},
            to.at(tile, m_depth));
    }
}

void PairAttention::store(const float* tiles,
                          const HeadGroup<Half>& group,
                          float factor,
                          RowsOf<Half> rows) const
{
    for (int64_t tile = 0; tile < m_tiles; ++tile) {
        const int64_t first = tile * kPairLanes;
        m_kernels.store(
            tiles + first * m_depth,
            {rows.from(first), std::min(kPairLanes, group.tokens - first), group.headDim, factor});
    }
}

void PairAttention::forward(const HeadGroup<Half>& group, RowsOf<Half> out, float* logSums)
{
    const SmallNumbersAreZero flush;
    enum : int64_t { Q, K, V, Pairs };
    reserve(group, Pairs, 1);
    std::array<float, kPairLanes> maximum;
    std::array<float, kPairLanes> sum;
    PairForward work;
    work.depth = m_depth;
    work.scale = group.scale * kLog2E;
    work.window = group.window;
    work.cap = group.softCap * kLog2E;
    work.maximum = maximum.data();
    work.sum = sum.data();
    load(group.k, group, pairs(K));
    load(group.v, group, pairs(V));
    for (int64_t head = 0; head < group.heads; ++head) {
        const int64_t column = head * group.headDim;
        float* const sums = logSums + head * group.logSumStride;
        load(group.q.columns(column), group, pairs(Q));
        for (int64_t tile = 0; tile < m_tiles; ++tile) {
            const int64_t first = tile * kPairLanes;
            work.q = pairs(Q).at(tile, m_depth).depths;
            work.result = floats(0) + first * m_depth;
            const int64_t seen = firstTileSeen(tile, group.window, kPairLanes);
            work.k = pairs(K).at(seen, m_depth).depths;
            work.v = pairs(V).at(seen, m_depth).lanes;
            work.tiles = tile + 1 - seen;
            m_kernels.forward(work);
            for (int64_t i = 0; i < std::min(kPairLanes, group.tokens - first); ++i) {
                sums[first + i] = maximum[i] + std::log2(sum[i]);
            }
        }
        store(floats(0), group, 1, out.columns(column));
    }
}

void PairAttention::backward(const HeadGroup<Half>& group,
                             RowsOf<const Half> out,
                             RowsOf<const Half> gradient,
                             const float* logSums,
                             RowsOf<Half> dq,
                             RowsOf<Half> dk,
                             RowsOf<Half> dv)
{
    const SmallNumbersAreZero flush;
    enum : int64_t { Q, K, V, Gradient, Out, Pairs };
    enum : int64_t { DQ, DK, DV, Floats };
    reserve(group, Pairs, Floats);
    const auto bytes = static_cast<std::size_t>(m_tiles * m_depth * kPairLanes) * sizeof(float);
    load(group.k, group, pairs(K));
    load(group.v, group, pairs(V));
    std::memset(floats(DK), 0, 2 * bytes);
    float* const logs = floats(Floats);
    float* const delta = logs + m_tiles * kPairLanes;
    PairBackward work;
    work.depth = m_depth;
    work.scale = group.scale * kLog2E;
    work.window = group.window;
    work.cap = group.softCap * kLog2E;
    work.scratch = delta + m_tiles * kPairLanes;
    for (int64_t head = 0; head < group.heads; ++head) {
        const int64_t column = head * group.headDim;
        load(group.q.columns(column), group, pairs(Q));
        load(gradient.columns(column), group, pairs(Gradient));
        load(out.columns(column), group, pairs(Out));
        std::memset(floats(DQ), 0, bytes);
        const float* const sums = logSums + head * group.logSumStride;
        std::copy(sums, sums + group.tokens, logs);
        std::fill(logs + group.tokens, logs + m_tiles * kPairLanes, 0.0F);
        for (int64_t tile = 0; tile < m_tiles; ++tile) {
            m_kernels.dot(pairs(Gradient).at(tile, m_depth).depths,
                          pairs(Out).at(tile, m_depth).depths,
                          m_depth,
                          delta + tile * kPairLanes);
        }
        for (int64_t tile = 0; tile < m_tiles; ++tile) {
            const int64_t first = tile * kPairLanes;
            work.q = pairs(Q).at(tile, m_depth);
            work.gradient = pairs(Gradient).at(tile, m_depth);
            work.k = pairs(K).at(tile, m_depth);
            work.v = pairs(V).at(tile, m_depth);
            work.logSums = logs + first;
            work.delta = delta + first;
            work.dq = floats(DQ) + first * m_depth;
            work.dk = floats(DK) + first * m_depth;
            work.dv = floats(DV) + first * m_depth;
            work.tiles = std::min(m_tiles - tile, tilesThatSee(group.window, kPairLanes));
            m_kernels.backward(work);
        }
        store(floats(DQ), group, group.scale, dq.columns(column));
    }
    store(floats(DK), group, group.scale, dk);
    store(floats(DV), group, 1, dv);
}

} // namespace engine::kernels
