// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The attention of head_attention.h where the processor multiplies pairs of bfloat16: the same
// tiles of 16 lanes, two numbers to a 32-bit word. Scores and their slopes are summed in float32;
// probabilities and slopes are rounded to bfloat16 before they mix values, queries and keys, as in
// FlashAttention (Dao et al. 2022). One object per thread: it owns the buffers.
#pragma once

#include "engine/kernels/head_attention.h"

namespace engine::kernels {

// A tile of rows in both forms, 8 · depth words each. `depth` is headDim, rounded up to even; what
// has no number is 0.
struct PairTile
{
    uint32_t* depths = nullptr; // [depth / 2, lanes]: numbers 2 d and 2 d + 1 of a row
    uint32_t* lanes = nullptr;  // [depth, lanes / 2]: a number of the rows 2 i and 2 i + 1

    PairTile at(int64_t tile, int64_t depth) const
    {
        return {depths + tile * 8 * depth, lanes + tile * 8 * depth};
    }
};

// As TileForward and TileBackward.
struct PairForward
{
    const uint32_t* q = nullptr; // [depth / 2, lanes]
    const uint32_t* k = nullptr; // [tiles, depth / 2, lanes]
    const uint32_t* v = nullptr; // [tiles, depth, lanes / 2]; forwardPanels: panels of 16 numbers
    int64_t panel = 0;           // of those, words from one [tiles · lanes / 2, 16] to the next
    int64_t depth = 0;
    int64_t tiles = 0;
    int64_t window = kNoWindow;
    float scale = 1; // times log2 e
    float cap = 0;   // of the scores with it; 0: none
    float* result = nullptr;
    float* maximum = nullptr;
    float* sum = nullptr;
};

struct PairBackward
{
    PairTile q, gradient; // the first of the tiles
    PairTile k, v;        // of the one tile of keys
    const float* logSums = nullptr;
    const float* delta = nullptr;
    int64_t depth = 0;
    int64_t tiles = 0;
    int64_t window = kNoWindow;
    float scale = 1;     // times log2 e
    float cap = 0;       // of the scores with it; 0: none
    float* dq = nullptr; // all three still without the scale
    float* dk = nullptr;
    float* dv = nullptr;
    float* scratch = nullptr; // [lanes, lanes]
};

struct PairKernels
{
    void (*forward)(const PairForward&);
    // The same where the values lie as in a PackedMatrix [headDim, positions].
    void (*forwardPanels)(const PairForward&);
    void (*backward)(const PairBackward&);
    // Rows (their factor is 1) in both forms.
    void (*load)(const TileRows<const c10::BFloat16>& from, const PairTile& to);
    // Of rounded float32 rows the first form.
    void (*loadFloats)(const TileRows<const float>& from, uint32_t* depths);
    // sums[lane] = Σ a · b over the depth of that lane's rows.
    void (*dot)(const uint32_t* a, const uint32_t* b, int64_t depth, float* sums);
    void (*store)(const float* tile, const TileRows<c10::BFloat16>& to);
};

inline constexpr int64_t kPairLanes = 16;

// Null for all but InstructionSet::Avx512Bf16.
const PairKernels* pairKernels(InstructionSet set);

// As HeadAttention.
class PairAttention
{
public:
    using Half = c10::BFloat16;

    explicit PairAttention(const PairKernels& kernels) : m_kernels(kernels) {}

    void forward(const HeadGroup<Half>& group, RowsOf<Half> out, float* logSums);
    void backward(const HeadGroup<Half>& group,
                  RowsOf<const Half> out,
                  RowsOf<const Half> gradient,
                  const float* logSums,
                  RowsOf<Half> dq,
                  RowsOf<Half> dk,
                  RowsOf<Half> dv);

private:
    // Lays out so many buffers of words in both forms, and of float32 tiles.
    void reserve(const HeadGroup<Half>& group, int64_t pairs, int64_t floats);
    PairTile pairs(int64_t index) const;
    float* floats(int64_t index) const;
    void load(RowsOf<const Half> rows, const HeadGroup<Half>& group, const PairTile& to) const;
    void store(const float* tiles, const HeadGroup<Half>& group, float factor, RowsOf<Half>) const;

    const PairKernels& m_kernels;
    AlignedBuffer m_pairs, m_floats;
    int64_t m_tiles = 0; // of the sequence at hand
    int64_t m_depth = 0;
    int64_t m_pairBuffers = 0;
};

} // namespace engine::kernels
