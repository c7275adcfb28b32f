// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Matrix products over packed matrices on the calling thread: activations times a frozen weight
// with low-rank columns appended to its depth, and the narrow products of low-rank gradients.
// float32 sums throughout; the order of a sum depends on nothing but its length. Rows are padded
// to whole panels: kernels read and write the padding.
#pragma once

#include "engine/kernels/packed_matrix.h"
#include "engine/kernels/processor.h"

#include <span>

namespace engine::kernels {

// Panels computed together: a strip.
inline constexpr int64_t kStripPanels = 2;

// The depths of a factor that are not zero, for one panel or strip.
struct DepthRange
{
    int64_t begin = 0; // even
    int64_t end = 0;
};

// A left factor [m, depth] in the packed matrix' type, rows `stride` elements apart, and the packed
// right factor.
struct Factor
{
    const void* rows = nullptr;
    int64_t stride = 0;
    const PackedMatrix* matrix = nullptr;
    const DepthRange* ranges = nullptr; // per strip (per panel with singlePanels); null: `limit`
    DepthRange limit = {};              // the depths that are read; empty: all
};

// A bit per element, 1 = kept: that of column i of a row is bit firstBit + row · rowBits + i of
// `bytes`, behind which 16 more can be read.
struct KeptBits
{
    const uint8_t* bytes = nullptr; // null: all are kept
    int64_t firstBit = 0;
    int64_t rowBits = 0;
};

// A factor of whose product what is not kept counts as 0.
struct KeptFactor
{
    Factor factor;
    KeptBits kept;
};

// c = main + tail + Σ kept + bias + residual; the first `panels` panels from firstPanel on.
//   c, residual  [m, features] rows, of the packed type, or float32 when isFloatOutput
//   bias         float32 [features], or null
struct PackedProduct
{
    Factor main;                      // matrix null: none
    Factor tail;                      // the same
    std::span<const KeptFactor> kept; // like low-rank updates under dropout
    int64_t m = 0;
    int64_t firstPanel = 0;
    int64_t panels = 0;
    void* c = nullptr;
    int64_t cStride = 0;
    const float* bias = nullptr;
    const void* residual = nullptr; // may be c itself
    int64_t residualStride = 0;
    bool isFloatOutput = false; // c and residual are float32 whatever the packed type
    bool singlePanels = false;  // one panel at a time: ranges are per panel

    // Of all factors; there is one at least.
    PackedType type() const
    {
        return (main.matrix != nullptr ? main : kept.front().factor).matrix->type();
    }
};

// c = rows · matrix, whole; where c is stays to be said.
inline PackedProduct
productOf(const void* rows, int64_t stride, const PackedMatrix& matrix, int64_t m)
{
    PackedProduct product;
    product.main = {rows, stride, &matrix};
    product.m = m;
    product.panels = matrix.panels();
    return product;
}

// c[r][i] += Σ_row g[row][r] · x[row][i] for r < rank, over the x that are kept: what low-rank
// gradients are made of.
//   g  [m, rank] and x [m, width] in `type`; c float32 [rank, width]
// width is rounded up to 16: rows of x and c are padded.
struct RankSum
{
    const void* g = nullptr;
    int64_t gStride = 0;
    const void* x = nullptr;
    int64_t xStride = 0;
    PackedType type = PackedType::Float32;
    float* c = nullptr;
    int64_t cStride = 0;
    int64_t m = 0;
    int64_t rank = 0;
    int64_t width = 0;
    KeptBits kept = {};
};

// One set of kernels per instruction set.
struct PackedKernels
{
    void (*product)(const PackedProduct& product);
    void (*rankSum)(const RankSum& sum);
};

// Null for InstructionSet::None.
const PackedKernels* packedKernels(InstructionSet set);
// Those of instructionSet().
const PackedKernels* packedKernels();

} // namespace engine::kernels
