// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Sums of low-rank gradients in register tiles, over an instruction set as
// packed_product_tiles.h describes it; included only by the files compiled for one.
#pragma once

#include "engine/kernels/aligned_buffer.h"
#include "engine/kernels/packed_product_tiles.h"

namespace engine::kernels {
namespace {

template <typename I, typename E, int Ranks, int Vectors, bool KeepsAll>
[[gnu::always_inline]] inline void rankTile(const RankSum& sum, int64_t rank, int64_t column)
{
    typename I::Vector sums[Ranks][Vectors];
    float* const c = sum.c + rank * sum.cStride + column;
#pragma GCC unroll 8
    for (int r = 0; r < Ranks; ++r) {
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) {
            sums[r][v] = I::load(c + r * sum.cStride + v * I::kLanes);
        }
    }
    const float* g = static_cast<const float*>(sum.g) + rank; // widened
    const auto* x = static_cast<const typename E::Output*>(sum.x) + column;
    for (int64_t row = 0; row < sum.m; ++row) {
        typename I::Vector values[Vectors];
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) {
            values[v] = E::read(x + v * I::kLanes);
        }
        if constexpr (!KeepsAll) {
            const uint64_t bits = bitsAt(sum.kept, row, column);
#pragma GCC unroll 4
            for (int v = 0; v < Vectors; ++v) {
                values[v] =
                    I::keep(I::maskOf(static_cast<uint32_t>(bits >> (v * I::kLanes))), values[v]);
            }
        }
#pragma GCC unroll 8
        for (int r = 0; r < Ranks; ++r) {
            const typename I::Vector factor = I::broadcast(g + r);
#pragma GCC unroll 4
            for (int v = 0; v < Vectors; ++v) {
                sums[r][v] = I::fma(factor, values[v], sums[r][v]);
            }
        }
        g += sum.gStride;
        x += sum.xStride;
    }
#pragma GCC unroll 8
    for (int r = 0; r < Ranks; ++r) {
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) {
            I::store(c + r * sum.cStride + v * I::kLanes, sums[r][v]);
        }
    }
}

template <typename I, typename E, int Ranks, bool KeepsAll>
void rankRows(const RankSum& sum, int64_t rank)
{
    const int64_t width = roundedUp(sum.width, kPanelFeatures);
    int64_t column = 0;
    for (; column + I::kRankVectors * I::kLanes <= width; column += I::kRankVectors * I::kLanes) {
        rankTile<I, E, Ranks, I::kRankVectors, KeepsAll>(sum, rank, column);
    }
    for (; column < width; column += I::kLanes) {
        rankTile<I, E, Ranks, 1, KeepsAll>(sum, rank, column);
    }
}

template <typename I, typename E, bool KeepsAll>
void rankSumOf(const RankSum& sum)
{
    int64_t rank = 0;
    for (; rank + I::kRanks <= sum.rank; rank += I::kRanks) {
        rankRows<I, E, I::kRanks, KeepsAll>(sum, rank);
    }
    for (; rank + 2 <= sum.rank; rank += 2) {
        rankRows<I, E, 2, KeepsAll>(sum, rank);
    }
    for (; rank < sum.rank; ++rank) {
        rankRows<I, E, 1, KeepsAll>(sum, rank);
    }
}

// Of float32 g; x in E's type.
template <typename I, typename E>
void keptRankSum(const RankSum& sum)
{
    if (sum.kept.bytes == nullptr) {
        rankSumOf<I, E, true>(sum);
    } else {
        rankSumOf<I, E, false>(sum);
    }
}

template <typename I>
void rankSum(const RankSum& sum)
{
    if (sum.type == PackedType::Float32) {
        keptRankSum<I, FloatElement<I>>(sum);
        return;
    }
    thread_local AlignedBuffer tWide;
    tWide.reserve(static_cast<std::size_t>(sum.m * sum.rank) * sizeof(float));
    auto* wide = tWide.as<uint32_t>();
    const auto* g = static_cast<const uint16_t*>(sum.g);
    for (int64_t row = 0; row < sum.m; ++row, g += sum.gStride) {
        for (int64_t r = 0; r < sum.rank; ++r) {
            *wide++ = static_cast<uint32_t>(g[r]) << 16;
        }
    }
    RankSum widened = sum;
    widened.g = tWide.as<float>();
    widened.gStride = sum.rank;
    keptRankSum<I, WideElement<I>>(widened);
}

} // namespace
} // namespace engine::kernels
