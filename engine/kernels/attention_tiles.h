// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One head of one sequence, tile by tile. Queries lie across the vector lanes, so that softmax
// needs no horizontal sums and small heads keep the lanes full. One object per thread: it owns the
// tile buffers.
#pragma once

#include "engine/kernels/tile_product.h"
#include "engine/kernels/vectors.h"

#include <vector>

namespace engine::kernels {

// Queries of one tile, and keys of one tile.
inline constexpr int64_t kQueryTile = 64;
inline constexpr int64_t kKeyTile = 64;

// Rows of one head: row i starts at data + i · stride, headDim numbers each.
template <typename T>
struct HeadRows
{
    T* data;
    int64_t stride;

    T* row(int64_t i) const { return data + i * stride; }
};

template <typename T>
struct HeadInputs
{
    HeadRows<const T> q;
    HeadRows<const T> k;
    HeadRows<const T> v;
    int64_t queries;
    int64_t keys; // at least as many as queries
    int64_t headDim;
    double scale;
    int64_t window = 0; // keys that a query sees; 0: all before it
    double softCap = 0; // of the scores; 0: none

    // The first key that the query of this last key sees.
    int64_t firstKeyFor(int64_t lastKey) const
    {
        return window > 0 ? std::max<int64_t>(0, lastKey - window + 1) : 0;
    }
};

template <typename T>
class AttentionTiles
{
public:
    using C = Computed<T>;

    explicit AttentionTiles(int64_t headDim);

    // Queries [first, first + count), count <= kQueryTile; logSums [queries] of the head.
    void forward(const HeadInputs<T>& head,
                 int64_t first,
                 int64_t count,
                 const HeadRows<T>& out,
                 C* logSums);

    // Gradients of a key-value head are summed over the query heads that share it, and written at
    // the end.
    void beginKeys(int64_t keys);
    void backward(const HeadInputs<T>& head,
                  const HeadRows<const T>& out,
                  const HeadRows<const T>& gradient,
                  const C* logSums,
                  const HeadRows<T>& dq);
    void endKeys(int64_t keys, const HeadRows<T>& dk, const HeadRows<T>& dv);

private:
    void forwardRow(const HeadInputs<T>& head, const HeadRows<T>& out, C* logSums);
    void finishScores(const HeadInputs<T>& head,
                      int64_t firstKey,
                      int64_t keyRows,
                      int64_t firstLimit,
                      int64_t lanes);
    void backwardTile(const HeadInputs<T>& head, int64_t first, int64_t count, int64_t lanes);
    TileView<C>
    computedRows(const HeadRows<const T>& rows, int64_t first, int64_t count, C* buffer);

    int64_t m_headDim;
    int64_t m_paddedDim; // to kTileLanes
    // Lanes are queries: [headDim, lanes], [keys, lanes] or [lanes].
    std::vector<C> m_q, m_result, m_gradient;
    std::vector<C> m_scores, m_scoreGradients, m_slopes;
    std::vector<C> m_maximum, m_sum, m_delta;
    // Rows are tokens, padded: [queries or keys, paddedDim].
    std::vector<C> m_qRows, m_gradientRows, m_kRows, m_vRows;
    std::vector<C> m_dk, m_dv; // of all keys of the sequence
};

} // namespace engine::kernels
