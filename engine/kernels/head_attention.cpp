// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/head_attention.h"

#include "engine/kernels/packed_matrix.h"
#include "engine/kernels/pair_attention.h"
#include "engine/kernels/small_numbers.h"
#include "engine/kernels/vectors.h"

#include <array>
#include <cstring>

namespace engine::kernels {

// Each defined in a file compiled for its instruction set.
extern const AttentionKernels kAttentionAvx2;
extern const AttentionKernels kAttentionAvx512;

namespace {

constexpr int64_t kMostLanes = 16;

// sums[i] = Σ_d a[d][i] · b[d][i].
LORA_CLONES void
dotRows(const float* a, const float* b, int64_t headDim, int64_t lanes, float* sums)
{
    std::fill_n(sums, lanes, 0.0F);
    for (int64_t d = 0; d < headDim; ++d) {
        for (int64_t i = 0; i < lanes; ++i) {
            sums[i] += a[d * lanes + i] * b[d * lanes + i];
        }
    }
}

} // namespace

const AttentionKernels* attentionKernels(InstructionSet set)
{
    switch (set) {
    case InstructionSet::None:
        return nullptr;
    case InstructionSet::Avx2:
        return &kAttentionAvx2;
    case InstructionSet::Avx512:
    case InstructionSet::Avx512Bf16:
    case InstructionSet::Amx:
        return &kAttentionAvx512;
    }
    return nullptr;
}

template <typename T>
HeadAttention<T>::HeadAttention() : m_kernels(attentionKernels(instructionSet()))
{
    const PairKernels* const pairs = pairKernels(instructionSet());
    if (std::is_same_v<T, c10::BFloat16> && pairs != nullptr) {
        m_pairs = std::make_unique<PairAttention>(*pairs);
    }
}

template <typename T>
HeadAttention<T>::HeadAttention(HeadAttention&& other) noexcept = default;
template <typename T>
HeadAttention<T>::~HeadAttention() = default;

template <typename T>
int64_t HeadAttention<T>::tileCount(const HeadGroup<T>& group) const
{
    return (group.tokens + m_kernels->lanes - 1) / m_kernels->lanes;
}

template <typename T>
void HeadAttention<T>::reserve(const HeadGroup<T>& group, int64_t count)
{
    const int64_t lanes = m_kernels->lanes;
    const int64_t floats = count * tileCount(group) * group.headDim * lanes + lanes * lanes;
    m_memory.reserve(static_cast<std::size_t>(floats) * sizeof(float));
}

template <typename T>
float* HeadAttention<T>::tiles(const HeadGroup<T>& group, int64_t index) const
{
    return m_memory.as<float>() + index * tileCount(group) * group.headDim * m_kernels->lanes;
}

template <typename T>
void HeadAttention<T>::load(RowsOf<const T> rows,
                            const HeadGroup<T>& group,
                            float factor,
                            float* tiles) const
{
    const int64_t lanes = m_kernels->lanes;
    for (int64_t first = 0; first < group.tokens; first += lanes) {
        const TileRows<const T> from{
            rows.from(first), std::min(lanes, group.tokens - first), group.headDim, factor};
        if constexpr (std::is_same_v<T, float>) {
            m_kernels->loadFloats(from, tiles + first * group.headDim);
        } else {
            m_kernels->loadHalves(from, tiles + first * group.headDim);
        }
    }
}

template <typename T>
void HeadAttention<T>::store(const float* tiles,
                             const HeadGroup<T>& group,
                             float factor,
                             RowsOf<T> rows) const
{
    const int64_t lanes = m_kernels->lanes;
    for (int64_t first = 0; first < group.tokens; first += lanes) {
        const TileRows<T> to{
            rows.from(first), std::min(lanes, group.tokens - first), group.headDim, factor};
        if constexpr (std::is_same_v<T, float>) {
            m_kernels->storeFloats(tiles + first * group.headDim, to);
        } else {
            m_kernels->storeHalves(tiles + first * group.headDim, to);
        }
    }
}

template <typename T>
void HeadAttention<T>::forward(const HeadGroup<T>& group, RowsOf<T> out, float* logSums)
{
    if constexpr (std::is_same_v<T, c10::BFloat16>) {
        if (m_pairs != nullptr) {
            m_pairs->forward(group, out, logSums);
            return;
        }
    }
    const SmallNumbersAreZero flush;
    const int64_t lanes = m_kernels->lanes;
    std::array<float, kMostLanes> maximum;
    std::array<float, kMostLanes> sum;
    reserve(group, 4);
    float* const q = tiles(group, 0);
    float* const result = tiles(group, 3);
    TileForward work;
    work.headDim = group.headDim;
    work.window = group.window;
    work.cap = group.softCap * kLog2E;
    work.maximum = maximum.data();
    work.sum = sum.data();
    load(group.k, group, 1, tiles(group, 1));
    load(group.v, group, 1, tiles(group, 2));
    for (int64_t head = 0; head < group.heads; ++head) {
        const int64_t column = head * group.headDim;
        float* const sums = logSums + head * group.logSumStride;
        load(group.q.columns(column), group, group.scale * kLog2E, q);
        for (int64_t first = 0; first < group.tokens; first += lanes) {
            work.q = q + first * group.headDim;
            work.result = result + first * group.headDim;
            const int64_t tile = first / lanes;
            const int64_t seen = firstTileSeen(tile, group.window, lanes);
            work.k = tiles(group, 1) + seen * lanes * group.headDim;
            work.v = tiles(group, 2) + seen * lanes * group.headDim;
            work.tiles = tile + 1 - seen;
            m_kernels->forward(work);
            for (int64_t i = 0; i < std::min(lanes, group.tokens - first); ++i) {
                sums[first + i] = maximum[i] + std::log2(sum[i]);
            }
        }
        store(result, group, 1, out.columns(column));
    }
}

template <typename T>
void HeadAttention<T>::backward(const HeadGroup<T>& group,
                                RowsOf<const T> out,
                                RowsOf<const T> gradient,
                                const float* logSums,
                                RowsOf<T> dq,
                                RowsOf<T> dk,
                                RowsOf<T> dv)
{
    if constexpr (std::is_same_v<T, c10::BFloat16>) {
        if (m_pairs != nullptr) {
            m_pairs->backward(group, out, gradient, logSums, dq, dk, dv);
            return;
        }
    }
    const SmallNumbersAreZero flush;
    const int64_t lanes = m_kernels->lanes;
    const int64_t count = tileCount(group);
    const int64_t tileSize = group.headDim * lanes;
    enum : int64_t { Q, K, V, Gradient, Out, DQ, DK, DV, Buffers };
    reserve(group, Buffers);
    const auto buffer = [&](int64_t index) { return tiles(group, index); };
    const auto bytes = static_cast<std::size_t>(count * tileSize) * sizeof(float);
    load(group.k, group, 1, buffer(K));
    load(group.v, group, 1, buffer(V));
    std::memset(buffer(DK), 0, 2 * bytes);
    m_statistics.reserve(static_cast<std::size_t>(2 * count * lanes) * sizeof(float));
    auto* const logs = m_statistics.as<float>();
    float* const delta = logs + count * lanes;
    TileBackward work;
    work.headDim = group.headDim;
    work.window = group.window;
    work.cap = group.softCap * kLog2E;
    work.scratch = buffer(Buffers);
    for (int64_t head = 0; head < group.heads; ++head) {
        const int64_t column = head * group.headDim;
        load(group.q.columns(column), group, group.scale * kLog2E, buffer(Q));
        load(gradient.columns(column), group, 1, buffer(Gradient));
        load(out.columns(column), group, 1, buffer(Out));
        std::memset(buffer(DQ), 0, bytes);
        const float* const sums = logSums + head * group.logSumStride;
        std::copy(sums, sums + group.tokens, logs);
        std::fill(logs + group.tokens, logs + count * lanes, 0.0F);
        for (int64_t tile = 0; tile < count; ++tile) {
            dotRows(buffer(Gradient) + tile * tileSize,
                    buffer(Out) + tile * tileSize,
                    group.headDim,
                    lanes,
                    delta + tile * lanes);
        }
        for (int64_t tile = 0; tile < count; ++tile) {
            const int64_t at = tile * tileSize;
            work.q = buffer(Q) + at;
            work.gradient = buffer(Gradient) + at;
            work.logSums = logs + tile * lanes;
            work.delta = delta + tile * lanes;
            work.k = buffer(K) + at;
            work.v = buffer(V) + at;
            work.dq = buffer(DQ) + at;
            work.dk = buffer(DK) + at;
            work.dv = buffer(DV) + at;
            work.tiles = std::min(count - tile, tilesThatSee(group.window, lanes));
            m_kernels->backward(work);
        }
        store(buffer(DQ), group, group.scale, dq.columns(column));
    }
    store(buffer(DK), group, 1 / kLog2E, dk);
    store(buffer(DV), group, 1, dv);
}

template class HeadAttention<float>;
template class HeadAttention<c10::BFloat16>;

} // namespace engine::kernels
