// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/head_attention.h"

#include "engine/kernels/packed_matrix.h"
#include "engine/kernels/vectors.h"

#include <cstring>

#include <xmmintrin.h>

namespace engine::kernels {

// Each defined in a file compiled for its instruction set.
extern const AttentionKernels kAttentionAvx2;
extern const AttentionKernels kAttentionAvx512;

namespace {

constexpr int64_t kMostLanes = 16;

// Where the parts of the lanes' buffer begin, in floats.
struct Layout
{
    int64_t headDim;

    int64_t q() const { return 0; }
    int64_t result() const { return headDim * kMostLanes; }
    int64_t gradient() const { return 2 * headDim * kMostLanes; }
    int64_t statistics() const { return 3 * headDim * kMostLanes; } // four vectors
    int64_t scores() const { return statistics() + 4 * kMostLanes; }
    int64_t floats() const { return scores() + 2 * kMostLanes * kMostLanes; }
};

// Probabilities far below the largest one make products too small for normal numbers, which
// processors compute many times slower: they count as zero here.
class SmallNumbersAreZero
{
public:
    SmallNumbersAreZero() : m_before(_mm_getcsr())
    {
        constexpr unsigned kFlushResults = 0x8000;
        constexpr unsigned kFlushInputs = 0x0040;
        _mm_setcsr(m_before | kFlushResults | kFlushInputs);
    }
    SmallNumbersAreZero(const SmallNumbersAreZero&) = delete;
    SmallNumbersAreZero& operator=(const SmallNumbersAreZero&) = delete;
    ~SmallNumbersAreZero() { _mm_setcsr(m_before); }

private:
    unsigned m_before;
};

template <typename T>
LORA_CLONES float dotOf(const T* a, const T* b, int64_t count)
{
    return laneSum<float>(
        count, [=](int64_t i) __attribute__((always_inline)) {
            return widened(a[i]) * widened(b[i]);
        });
}

template <typename T>
LORA_CLONES void widenInto(const T* from, float* to, int64_t count, float factor)
{
    for (int64_t i = 0; i < count; ++i) {
        to[i] = widened(from[i]) * factor;
    }
}

template <typename T>
LORA_CLONES void narrowInto(const float* from, T* to, int64_t count)
{
    for (int64_t i = 0; i < count; ++i) {
        to[i] = narrowed<T>(from[i]);
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
        return &kAttentionAvx512;
    }
    return nullptr;
}

template <typename T>
HeadAttention<T>::HeadAttention() : m_kernels(attentionKernels(instructionSet()))
{
}

// Keys and values as float32 rows, and the buffers.
template <typename T>
AttentionLanes HeadAttention<T>::lanesOf(const HeadGroup<T>& group)
{
    AttentionLanes work;
    work.headDim = group.headDim;
    work.rowStride = roundedUp(group.headDim, kMostLanes);
    if constexpr (std::is_same_v<T, float>) {
        work.k = group.k.data;
        work.kStride = group.k.stride;
        work.v = group.v.data;
        work.vStride = group.v.stride;
    } else {
        const auto floats = static_cast<std::size_t>(group.tokens * group.headDim);
        m_keys.reserve(floats * sizeof(float));
        m_values.reserve(floats * sizeof(float));
        work.k = m_keys.as<float>();
        work.v = m_values.as<float>();
        work.kStride = work.vStride = group.headDim;
        for (int64_t i = 0; i < group.tokens; ++i) {
            const int64_t to = i * group.headDim;
            widenInto(group.k.row(i), m_keys.as<float>() + to, group.headDim, 1);
            widenInto(group.v.row(i), m_values.as<float>() + to, group.headDim, 1);
        }
    }
    const Layout layout{group.headDim};
    m_lanes.reserve(static_cast<std::size_t>(layout.floats()) * sizeof(float));
    auto* const lanes = m_lanes.as<float>();
    work.q = lanes + layout.q();
    work.result = work.dq = lanes + layout.result();
    work.gradient = lanes + layout.gradient();
    work.maximum = lanes + layout.statistics();
    work.sum = work.maximum + kMostLanes;
    work.logSums = work.maximum + 2 * kMostLanes;
    work.delta = work.maximum + 3 * kMostLanes;
    work.scores = lanes + layout.scores();
    return work;
}

// to [headDim, lanes] = factor · rows [count, headDim]; the lanes behind count are 0.
template <typename T>
void HeadAttention<T>::loadLanes(
    RowsOf<const T> rows, int64_t count, int64_t headDim, float factor, float* to)
{
    const int64_t lanes = m_kernels->lanes;
    for (int64_t i = 0; i < lanes; ++i) {
        if (i < count) {
            const T* row = rows.row(i);
            for (int64_t d = 0; d < headDim; ++d) {
                to[d * lanes + i] = widened(row[d]) * factor;
            }
        } else {
            for (int64_t d = 0; d < headDim; ++d) {
                to[d * lanes + i] = 0;
            }
        }
    }
}

template <typename T>
void HeadAttention<T>::forward(const HeadGroup<T>& group, RowsOf<T> out, float* logSums)
{
    const SmallNumbersAreZero flush;
    AttentionLanes work = lanesOf(group);
    const int64_t lanes = m_kernels->lanes;
    for (int64_t head = 0; head < group.heads; ++head) {
        const int64_t column = head * group.headDim;
        float* const sums = logSums + head * group.logSumStride;
        for (int64_t first = 0; first < group.tokens; first += lanes) {
            const int64_t count = std::min(lanes, group.tokens - first);
            loadLanes(group.q.columns(column).from(first),
                      count,
                      group.headDim,
                      group.scale,
                      m_lanes.as<float>());
            work.keys = first + count;
            work.limit = first;
            m_kernels->forward(work);
            for (int64_t i = 0; i < count; ++i) {
                sums[first + i] = work.maximum[i] + std::log(work.sum[i]);
                const float inverse = 1 / work.sum[i];
                T* const row = out.row(first + i) + column;
                for (int64_t d = 0; d < group.headDim; ++d) {
                    row[d] = narrowed<T>(work.result[d * lanes + i] * inverse);
                }
            }
        }
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
    const SmallNumbersAreZero flush;
    AttentionLanes work = lanesOf(group);
    const Layout layout{group.headDim};
    auto* const buffer = m_lanes.as<float>();
    const int64_t lanes = m_kernels->lanes;
    const int64_t width = work.rowStride;
    const auto sumBytes = static_cast<std::size_t>(group.tokens * width) * sizeof(float);
    m_dk.reserve(sumBytes);
    m_dv.reserve(sumBytes);
    std::memset(m_dk.as<float>(), 0, sumBytes);
    std::memset(m_dv.as<float>(), 0, sumBytes);
    m_rows.reserve(static_cast<std::size_t>(2 * kMostLanes * width) * sizeof(float));
    std::memset(
        m_rows.as<float>(), 0, static_cast<std::size_t>(2 * kMostLanes * width) * sizeof(float));
    auto* const qRows = m_rows.as<float>();
    float* const gradientRows = qRows + kMostLanes * width;
    work.qRows = qRows;
    work.gradientRows = gradientRows;
    work.dk = m_dk.as<float>();
    work.dv = m_dv.as<float>();
    for (int64_t head = 0; head < group.heads; ++head) {
        const int64_t column = head * group.headDim;
        for (int64_t first = 0; first < group.tokens; first += lanes) {
            const int64_t count = std::min(lanes, group.tokens - first);
            const auto q = group.q.columns(column).from(first);
            const auto dOut = gradient.columns(column).from(first);
            loadLanes(q, count, group.headDim, group.scale, buffer + layout.q());
            loadLanes(dOut, count, group.headDim, 1, buffer + layout.gradient());
            float* const logs = buffer + layout.statistics() + 2 * kMostLanes;
            float* const delta = logs + kMostLanes;
            for (int64_t i = 0; i < lanes; ++i) {
                // Rows of absent queries stay out of dk and dv as zeros.
                const bool isPresent = i < count;
                const int64_t row = isPresent ? i : 0;
                const float factor = isPresent ? 1.0F : 0.0F;
                logs[i] = isPresent ? logSums[head * group.logSumStride + first + i] : 0;
                delta[i] =
                    factor * dotOf(dOut.row(row), out.row(first + row) + column, group.headDim);
                widenInto(q.row(row), qRows + i * width, group.headDim, factor * group.scale);
                widenInto(dOut.row(row), gradientRows + i * width, group.headDim, factor);
            }
            std::fill_n(buffer + layout.result(), group.headDim * lanes, 0.0F);
            work.keys = first + count;
            work.limit = first;
            m_kernels->backward(work);
            for (int64_t i = 0; i < count; ++i) {
                T* const row = dq.row(first + i) + column;
                for (int64_t d = 0; d < group.headDim; ++d) {
                    row[d] = narrowed<T>(work.dq[d * lanes + i] * group.scale);
                }
            }
        }
    }
    for (int64_t i = 0; i < group.tokens; ++i) {
        narrowInto(work.dk + i * width, dk.row(i), group.headDim);
        narrowInto(work.dv + i * width, dv.row(i), group.headDim);
    }
}

template class HeadAttention<float>;
template class HeadAttention<c10::BFloat16>;

} // namespace engine::kernels
