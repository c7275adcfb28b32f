// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The small matrix product inside the attention tiles, written for operands that already lie in
// cache.
#pragma once

#include <cstdint>

namespace engine::kernels {

// Lanes are padded to this many numbers: the widest vector of float32.
inline constexpr int64_t kTileLanes = 16;

// A read-only matrix with any strides: element (i, j) is data[i · rowStride + j · columnStride].
template <typename C>
struct TileView
{
    const C* data;
    int64_t rowStride;
    int64_t columnStride;

    TileView transposed() const { return {data, columnStride, rowStride}; }
};

// c (+)= a b with a [rows, depth], b [depth, lanes] and c [rows, lanes]; b and c have contiguous
// rows bStride and cStride apart; lanes is a multiple of kTileLanes. float32 and float64; the sum
// over depth runs in order.
template <typename C>
void tileProduct(C* c,
                 int64_t cStride,
                 const TileView<C>& a,
                 const C* b,
                 int64_t bStride,
                 int64_t rows,
                 int64_t lanes,
                 int64_t depth,
                 bool accumulate);

} // namespace engine::kernels
