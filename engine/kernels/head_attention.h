// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Causal attention of one sequence's key-value head and the query heads that share it, for the
// packed processors: tiles of queries and keys whose scores stay in registers until the values are
// mixed; forward with queries across the vector lanes, backward with keys. Source: Dao et al. 2022
// (FlashAttention). T is float or c10::BFloat16, computed in float32 but where pairs of bfloat16
// are multiplied faster (pair_attention.h). One object per thread: it owns the buffers.
#pragma once

#include "engine/kernels/aligned_buffer.h"
#include "engine/kernels/attention_window.h"
#include "engine/kernels/block_rows.h"
#include "engine/kernels/processor.h"

#include <memory>

namespace engine::kernels {

// To the base 2: exponentials are powers of two, and those of scores need no product of their own.
inline constexpr float kLog2E = 1.44269504088896341F;

// A tile: some rows of headDim numbers as [headDim, lanes], a row to a lane, in float32. Lanes
// without a row are 0. Rows and keys of a sequence begin their tiles at the same token, so that
// only tiles on the diagonal hide keys behind a query, and those at a window's edge keys before it.

// One tile of queries against the tiles of keys [0, tiles), the last of them its own.
struct TileForward
{
    const float* q = nullptr; // [headDim, lanes], times scale · log2 e
    const float* k = nullptr; // [tiles, headDim, lanes]
    const float* v = nullptr;
    int64_t headDim = 0;
    int64_t tiles = 0;
    int64_t window = kNoWindow;
    float cap = 0;            // score becomes cap · tanh(score / cap), to the base 2; 0: none
    float* result = nullptr;  // [headDim, lanes]
    float* maximum = nullptr; // [lanes], of the scores to the base 2
    float* sum = nullptr;     // [lanes], of exp2(score − maximum)
};

// One tile of keys against the tiles of queries [0, tiles), the first of them its own.
struct TileBackward
{
    const float* q = nullptr;        // [tiles, headDim, lanes], times scale · log2 e
    const float* gradient = nullptr; // [tiles, headDim, lanes]
    const float* logSums = nullptr;  // [tiles, lanes], maximum + log2(sum)
    const float* delta = nullptr;    // [tiles, lanes], gradient · out
    const float* k = nullptr;        // [headDim, lanes]
    const float* v = nullptr;
    int64_t headDim = 0;
    int64_t tiles = 0;
    int64_t window = kNoWindow;
    float cap = 0;
    float* dq = nullptr; // [tiles, headDim, lanes], added to; still without the scale
    float* dk = nullptr; // [headDim, lanes], added to; still times log2 e
    float* dv = nullptr;
    float* scratch = nullptr; // [lanes, lanes]
};

// `count` rows of headDim numbers and their tile.
template <typename T>
struct TileRows
{
    RowsOf<T> rows;
    int64_t count = 0;
    int64_t headDim = 0;
    float factor = 1; // on the way
};

struct AttentionKernels
{
    int64_t lanes;
    void (*forward)(const TileForward&);
    void (*backward)(const TileBackward&);
    void (*loadFloats)(const TileRows<const float>& from, float* tile);
    void (*loadHalves)(const TileRows<const c10::BFloat16>& from, float* tile);
    void (*storeFloats)(const float* tile, const TileRows<float>& to);
    void (*storeHalves)(const float* tile, const TileRows<c10::BFloat16>& to);
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
    float softCap = 0; // of the scores: softCap · tanh(score / softCap); 0: none
    int64_t window = kNoWindow;
    int64_t logSumStride = 0; // from head to head
};

class PairAttention;

template <typename T>
class HeadAttention
{
public:
    HeadAttention();
    HeadAttention(HeadAttention&& other) noexcept;
    ~HeadAttention();

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
    // [tiles, headDim, lanes] of all rows.
    void load(RowsOf<const T> rows, const HeadGroup<T>& group, float factor, float* tiles) const;
    void store(const float* tiles, const HeadGroup<T>& group, float factor, RowsOf<T> rows) const;
    // Reserves `count` buffers of tiles and gives the one numbered `index`.
    void reserve(const HeadGroup<T>& group, int64_t count);
    float* tiles(const HeadGroup<T>& group, int64_t index) const;
    int64_t tileCount(const HeadGroup<T>& group) const;

    const AttentionKernels* m_kernels;
    std::unique_ptr<PairAttention> m_pairs; // takes all of it where it is not null
    AlignedBuffer m_memory;
    AlignedBuffer m_statistics; // logSums and deltas, whole tiles
};

} // namespace engine::kernels
