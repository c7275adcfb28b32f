// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Causal attention of one sequence's key-value head and the query heads that share it, for the
// packed processors: queries lie across the vector lanes, a block of keys stays in registers from
// the scores to the mixed values. Source: Dao et al. 2022 (FlashAttention). T is float or
// c10::BFloat16, computed in float32. One object per thread: it owns the buffers.
#pragma once

#include "engine/kernels/aligned_buffer.h"
#include "engine/kernels/block_rows.h"
#include "engine/kernels/processor.h"

namespace engine::kernels {

// One vector of queries against all keys it sees. Query lane i sees keys [0, limit + i].
struct AttentionLanes
{
    const float* q = nullptr; // [headDim, lanes], scaled
    const float* k = nullptr; // [keys, headDim], rows kStride apart
    const float* v = nullptr;
    int64_t kStride = 0;
    int64_t vStride = 0;
    int64_t headDim = 0;
    int64_t keys = 0; // that any lane sees
    int64_t limit = 0;

    // Forward: result [headDim, lanes] is not yet divided by sum [lanes].
    float* result = nullptr;
    float* maximum = nullptr;
    float* sum = nullptr;

    // Backward.
    const float* gradient = nullptr;     // [headDim, lanes]
    const float* logSums = nullptr;      // [lanes]
    const float* delta = nullptr;        // [lanes]
    const float* qRows = nullptr;        // [lanes, rowStride], scaled
    const float* gradientRows = nullptr; // [lanes, rowStride]
    float* dq = nullptr;                 // [headDim, lanes], added to
    float* dk = nullptr;                 // [keys, rowStride], added to
    float* dv = nullptr;
    int64_t rowStride = 0;   // headDim in whole vectors of 16
    float* scores = nullptr; // scratch: 2 · 16 · lanes
};

struct AttentionKernels
{
    int64_t lanes;
    void (*forward)(const AttentionLanes&);
    void (*backward)(const AttentionLanes&);
};

// Null for InstructionSet::None.
const AttentionKernels* attentionKernels(InstructionSet set);

// Where the rows of a sequence's heads lie; heads side by side, headDim numbers each.
template <typename T>
struct HeadGroup
{
    RowsOf<const T> q; // of the group's first head
    RowsOf<const T> k;
    RowsOf<const T> v;
    int64_t tokens = 0;
    int64_t heads = 0; // that share k and v
    int64_t headDim = 0;
    float scale = 1;
    int64_t logSumStride = 0; // from head to head
};

template <typename T>
class HeadAttention
{
public:
    HeadAttention();

    // out: rows of the group's first head; logSums [heads][tokens].
    void forward(const HeadGroup<T>& group, RowsOf<T> out, float* logSums);
    void backward(const HeadGroup<T>& group,
                  RowsOf<const T> out,
                  RowsOf<const T> gradient,
                  const float* logSums,
                  RowsOf<T> dq,
                  RowsOf<T> dk,
                  RowsOf<T> dv);

private:
    AttentionLanes lanesOf(const HeadGroup<T>& group);
    void loadLanes(RowsOf<const T> rows, int64_t count, int64_t headDim, float factor, float* to);
    void loadRows(RowsOf<const T> rows, int64_t count, int64_t headDim, float factor, float* to);

    const AttentionKernels* m_kernels;
    AlignedBuffer m_keys, m_values; // float32 rows, unless T is
    AlignedBuffer m_dk, m_dv;
    AlignedBuffer m_lanes; // q, result or dq, gradient, statistics, scores
    AlignedBuffer m_rows;  // q and gradient as rows
};

} // namespace engine::kernels
