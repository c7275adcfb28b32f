// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Causal attention of new tokens over the packed keys and values of a sequence's key-value head, by
// the tiles of head_attention.h, or of pair_attention.h, which read bfloat16 as the cache holds it:
// what reading a prompt needs. One object per thread: it owns the buffers, 2 · headDim float32
// numbers per key without pairs.
#pragma once

#include "engine/kernels/head_attention.h"
#include "engine/kernels/packed_matrix.h"
#include "engine/kernels/pair_attention.h"

namespace engine::kernels {

// Queries at the positions [position, position + count), whose keys and values and all before them
// are in the matrices.
struct CachedHeads
{
    const PackedMatrix* keys = nullptr;   // [positions, headDim]
    const PackedMatrix* values = nullptr; // [headDim, positions]
    int64_t position = 0;
    int64_t count = 0;
    int64_t heads = 0; // side by side, that share keys and values
    int64_t headDim = 0;
    float scale = 1;
    float softCap = 0; // as HeadGroup's
    int64_t window = kNoWindow;
    RowsOf<const float> q; // of the first position and head
    RowsOf<float> out;     // likewise
};

class CachedAttention
{
public:
    CachedAttention();

    // out = softmax(scale · q Kᵀ, causal) V. A query's result does not depend on the others asked
    // with it.
    void attend(const CachedHeads& work);

private:
    // The positions [begin, end) of one tile.
    struct Part
    {
        int64_t begin = 0;
        int64_t end = 0;
        int64_t firstLane = 0;
    };

    // Calls attendTile(queries, first tile of keys, how many) for each tile of the queries of each
    // head.
    template <typename AttendTile>
    void forTiles(const CachedHeads& work, AttendTile attendTile);
    void attendFloats(const CachedHeads& work);
    void attendPairs(const CachedHeads& work);
    void loadKeys(const CachedHeads& work, int64_t tiles);
    void loadValues(const CachedHeads& work, int64_t tiles);
    // The rows of a head's queries, the first of them in the tile's first lane.
    TileRows<const float> queriesOf(const CachedHeads& work, int64_t column, const Part& part);
    void storeResult(const CachedHeads& work, int64_t column, const Part& part);

    const AttentionKernels* m_kernels;
    const PairKernels* m_pairs;
    AlignedBuffer m_keys;   // [tiles, headDim, lanes]
    AlignedBuffer m_values; // likewise
    AlignedBuffer m_query;  // [headDim, lanes] or as words, of the result likewise
    AlignedBuffer m_result;
    AlignedBuffer m_rows; // [lanes, headDim], of a tile that does not begin with its first lane
    const float* m_keyTiles = nullptr; // m_keys, or the matrix itself
};

} // namespace engine::kernels
