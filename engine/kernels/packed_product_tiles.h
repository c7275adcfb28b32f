// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The register tiles behind packed_product.h, written once over an instruction set `I`; included
// only by the files compiled for one, whose anonymous namespace keeps each set's code to itself.
// `I` offers Vector (kLanes floats) and zero load store broadcast fma add keep (the lanes whose bit
// is set, else 0) loadHalf storeHalf; with kHasDots loadPairs and fmaPairs (dot products of
// bfloat16 pairs), else widenPairs; and the sizes of its tiles: kRows × kPanels, kRanks ×
// kRankVectors.
#pragma once

#include "engine/kernels/packed_product.h"

#include <algorithm>
#include <array>
#include <utility>

namespace engine::kernels {
namespace {

template <typename I>
struct FloatElement
{
    using Stored = float;
    using Output = float;
    using Weights = typename I::Vector;
    static constexpr int64_t kDepth = 1; // depths per step

    static Weights weights(const float* panel) { return I::load(panel); }
    static typename I::Vector
    fma(const typename I::Vector& sum, const float* row, const Weights& weights)
    {
        return I::fma(I::broadcast(row), weights, sum);
    }
    static typename I::Vector read(const float* from) { return I::load(from); }
    static void write(float* to, const typename I::Vector& value) { I::store(to, value); }
};

template <typename I>
struct HalfElement
{
    using Stored = uint16_t;
    using Output = uint16_t;
    using Weights = typename I::Weights;
    static constexpr int64_t kDepth = 2;

    static Weights weights(const uint16_t* panel) { return I::loadPairs(panel); }
    static typename I::Vector
    fma(const typename I::Vector& sum, const uint16_t* row, const Weights& weights)
    {
        return I::fmaPairs(sum, row, weights);
    }
    static typename I::Vector read(const uint16_t* from) { return I::loadHalf(from); }
    static void write(uint16_t* to, const typename I::Vector& value) { I::storeHalf(to, value); }
};

// Factors widened to float32, results still bfloat16.
template <typename I>
struct WideElement : FloatElement<I>
{
    using Output = uint16_t;
    static typename I::Vector read(const uint16_t* from) { return I::loadHalf(from); }
    static void write(uint16_t* to, const typename I::Vector& value) { I::storeHalf(to, value); }
};

// What one tile reads of a factor.
template <typename Stored>
struct TileFactor
{
    const Stored* rows = nullptr; // the first row, at the first depth
    int64_t stride = 0;
    const Stored* panels = nullptr; // the first panel, at the first depth
    int64_t panelStride = 0;        // elements
    int64_t steps = 0;              // of kDepth
    // What the next panels will read, fetched into the second cache along the way: a strip's first
    // rows would otherwise wait for memory.
    const std::byte* ahead = nullptr;
    int64_t aheadStep = 0; // bytes a step; 0: nothing
};

template <typename I, typename E, int Rows, int Panels>
[[gnu::always_inline]] inline void
accumulate(typename I::Vector (&sums)[Rows][Panels * kPanelFeatures / I::kLanes],
           const TileFactor<typename E::Stored>& factor)
{
    constexpr int kParts = kPanelFeatures / I::kLanes;
    constexpr int64_t kStep = kPanelFeatures * E::kDepth;
    const typename E::Stored* row = factor.rows;
    const typename E::Stored* panel = factor.panels;
    const std::byte* ahead = factor.ahead;
    for (int64_t step = 0; step < factor.steps; ++step) {
        __builtin_prefetch(ahead, 0, 2);
        ahead += factor.aheadStep;
        typename E::Weights weights[Panels * kParts];
#pragma GCC unroll 8
        for (int p = 0; p < Panels; ++p) {
#pragma GCC unroll 8
            for (int v = 0; v < kParts; ++v) {
                weights[p * kParts + v] =
                    E::weights(panel + p * factor.panelStride + v * I::kLanes * E::kDepth);
            }
        }
#pragma GCC unroll 16
        for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
            for (int v = 0; v < Panels * kParts; ++v) {
                sums[r][v] = E::fma(sums[r][v], row + r * factor.stride, weights[v]);
            }
        }
        row += E::kDepth;
        panel += kStep;
    }
}

// The bits of a row from `column` on, 57 of them.
[[gnu::always_inline]] inline uint64_t bitsAt(const KeptBits& kept, int64_t row, int64_t column)
{
    const int64_t bit = kept.firstBit + row * kept.rowBits + column;
    uint64_t bits = 0;
    __builtin_memcpy(&bits, kept.bytes + bit / 8, sizeof bits);
    return bits >> (bit % 8);
}

template <typename I, typename E, int Rows, int Panels>
void tile(const TileFactor<typename E::Stored>& main,
          const TileFactor<typename E::Stored>& tail,
          const PackedProduct& product,
          int64_t row,
          int64_t column)
{
    constexpr int kVectors = Panels * kPanelFeatures / I::kLanes;
    typename I::Vector sums[Rows][kVectors];
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
        for (int v = 0; v < kVectors; ++v) {
            sums[r][v] = product.bias == nullptr ? I::zero()
                                                 : I::load(product.bias + column + v * I::kLanes);
        }
    }
    accumulate<I, E, Rows, Panels>(sums, main);
    if (tail.steps > 0) {
        accumulate<I, E, Rows, Panels>(sums, tail);
    }
    if (product.kept.bytes != nullptr) {
#pragma GCC unroll 16
        for (int r = 0; r < Rows; ++r) {
            const uint64_t bits = bitsAt(product.kept, row + r, column);
#pragma GCC unroll 8
            for (int v = 0; v < kVectors; ++v) {
                sums[r][v] = I::keep(static_cast<uint32_t>(bits >> (v * I::kLanes)), sums[r][v]);
            }
        }
    }
    const auto finish = [&](auto* to, const auto* residual, auto read, auto write)
        __attribute__((always_inline))
    {
#pragma GCC unroll 16
        for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
            for (int v = 0; v < kVectors; ++v) {
                const int64_t at = column + v * I::kLanes;
                typename I::Vector sum = sums[r][v];
                if (residual != nullptr) {
                    sum = I::add(sum, read(residual + (row + r) * product.residualStride + at));
                }
                write(to + (row + r) * product.cStride + at, sum);
            }
        }
    };
    if (product.isFloatOutput) {
        finish(static_cast<float*>(product.c),
               static_cast<const float*>(product.residual),
               FloatElement<I>::read,
               FloatElement<I>::write);
    } else {
        using Output = typename E::Output;
        finish(static_cast<Output*>(product.c),
               static_cast<const Output*>(product.residual),
               E::read,
               E::write);
    }
}

template <typename I, typename E>
using TileFunction = void (*)(const TileFactor<typename E::Stored>&,
                              const TileFactor<typename E::Stored>&,
                              const PackedProduct&,
                              int64_t,
                              int64_t);

// [panels - 1][rows - 1]
template <typename I, typename E>
struct Tiles
{
    template <int... Rows>
    static constexpr auto row(std::integer_sequence<int, Rows...>)
    {
        return std::array<std::array<TileFunction<I, E>, sizeof...(Rows)>, 2>{
            {{tile<I, E, Rows + 1, 1>...}, {tile<I, E, Rows + 1, I::kPanels>...}}};
    }
    static constexpr auto kTable = row(std::make_integer_sequence<int, I::kRows>());
};

DepthRange limitOf(const Factor& factor)
{
    return factor.limit.end == 0 ? DepthRange{0, factor.matrix->depth()} : factor.limit;
}

DepthRange rangeOf(const Factor& factor, int64_t range)
{
    return factor.ranges == nullptr ? limitOf(factor) : factor.ranges[range];
}

template <typename Stored>
TileFactor<Stored> tileFactor(const Factor& factor, int64_t panel, DepthRange depths, int64_t step)
{
    const PackedMatrix& matrix = *factor.matrix;
    return {static_cast<const Stored*>(factor.rows) + depths.begin,
            factor.stride,
            reinterpret_cast<const Stored*>(matrix.panel(panel)) + depths.begin * kPanelFeatures,
            matrix.depth() * kPanelFeatures,
            (depths.end - depths.begin + step - 1) / step,
            matrix.panel(panel)};
}

// Spreads the fetching of the panels from `next` on over all tiles of these.
template <typename I, typename Stored>
void fetchNext(TileFactor<Stored>& main, const PackedProduct& product, int64_t next, int64_t panels)
{
    if (next >= product.firstPanel + product.panels) {
        return;
    }
    const PackedMatrix& matrix = *product.main.matrix;
    const int64_t tiles = (product.m + I::kRows - 1) / I::kRows;
    main.ahead = matrix.panel(next);
    main.aheadStep = panels * matrix.panelBytes() / std::max<int64_t>(1, tiles * main.steps);
}

// All rows of at most I::kPanels panels.
template <typename I, typename E>
void tileRows(TileFactor<typename E::Stored> main,
              TileFactor<typename E::Stored> tail,
              const PackedProduct& product,
              int64_t panel,
              int64_t panels)
{
    const auto& tiles = Tiles<I, E>::kTable[panels == I::kPanels ? 1 : 0];
    for (int64_t row = 0; row < product.m;) {
        // Two even tiles instead of a full one and a sliver.
        const int64_t left = product.m - row;
        const int64_t rows = left >= 2 * I::kRows || left == I::kRows ? I::kRows
                             : left > I::kRows                        ? (left + 1) / 2
                                                                      : left;
        tiles[rows - 1](main, tail, product, row, panel * kPanelFeatures);
        main.rows += rows * main.stride;
        main.ahead += main.steps * main.aheadStep;
        tail.rows += rows * tail.stride;
        row += rows;
    }
}

// For each strip and, within it, as many panels at once as the registers hold:
// visit(panel, panels, range index).
template <typename I, typename Visit>
[[gnu::always_inline]] inline void forPanels(const PackedProduct& product, Visit visit)
{
    const int64_t strip = product.singlePanels ? 1 : kStripPanels;
    const int64_t step = std::min<int64_t>(strip, I::kPanels);
    for (int64_t p = 0; p < product.panels; p += step) {
        const int64_t panel = product.firstPanel + p;
        visit(panel, std::min(step, product.panels - p), panel / strip);
    }
}

template <typename I, typename E>
void directProduct(const PackedProduct& product)
{
    using Stored = typename E::Stored;
    forPanels<I>(product, [&](int64_t panel, int64_t panels, int64_t range) {
        TileFactor<Stored> tail;
        if (product.tail.matrix != nullptr) {
            tail = tileFactor<Stored>(product.tail, panel, rangeOf(product.tail, range), E::kDepth);
        }
        auto main =
            tileFactor<Stored>(product.main, panel, rangeOf(product.main, range), E::kDepth);
        fetchNext<I>(main, product, panel + panels, panels);
        tileRows<I, E>(main, tail, product, panel, panels);
    });
}

// bfloat16 in float32 arithmetic, for processors whose dot products of pairs are missing or slower
// than their float32: both factors are widened once, rows per product, panels per strip.
template <typename I>
struct Widened
{
    static int64_t rowWidth(const Factor& factor)
    {
        if (factor.matrix == nullptr) {
            return 0;
        }
        const DepthRange limit = limitOf(factor);
        return roundedUp(limit.end - limit.begin, kPanelFeatures);
    }

    static void rows(const Factor& factor, int64_t m, float* to)
    {
        const DepthRange limit = limitOf(factor);
        const auto* from = static_cast<const uint16_t*>(factor.rows) + limit.begin;
        const int64_t width = rowWidth(factor);
        const int64_t depth = limit.end - limit.begin;
        for (int64_t row = 0; row < m; ++row, from += factor.stride, to += width) {
            int64_t k = 0;
            for (; k + I::kLanes <= depth; k += I::kLanes) {
                I::store(to + k, I::loadHalf(from + k));
            }
            for (; k < depth; ++k) {
                const uint32_t bits = static_cast<uint32_t>(from[k]) << 16;
                __builtin_memcpy(to + k, &bits, sizeof bits);
            }
        }
    }

    static TileFactor<float> factor(const Factor& factor,
                                    int64_t panel,
                                    int64_t panels,
                                    DepthRange depths,
                                    const float* rows,
                                    float* buffer)
    {
        const int64_t depth = depths.end - depths.begin;
        const int64_t stride = roundedUp(depth, 2) * kPanelFeatures;
        for (int64_t p = 0; p < panels; ++p) {
            const auto* from = reinterpret_cast<const uint16_t*>(factor.matrix->panel(panel + p))
                               + depths.begin * kPanelFeatures;
            float* to = buffer + p * stride;
            for (int64_t k = 0; k < depth; k += 2) {
                for (int64_t lane = 0; lane < kPanelFeatures; lane += I::kLanes) {
                    I::widenPairs(from + 2 * lane, to + lane, to + kPanelFeatures + lane);
                }
                from += 2 * kPanelFeatures;
                to += 2 * kPanelFeatures;
            }
        }
        return {rows + depths.begin - limitOf(factor).begin,
                rowWidth(factor),
                buffer,
                stride,
                depth,
                factor.matrix->panel(panel)};
    }

    static void product(const PackedProduct& product)
    {
        thread_local AlignedBuffer tMemory;
        const int64_t mainWidth = rowWidth(product.main);
        const int64_t tailWidth = rowWidth(product.tail);
        const int64_t panelFloats = (mainWidth + tailWidth) * kPanelFeatures * I::kPanels;
        const int64_t rowFloats = product.m * (mainWidth + tailWidth);
        tMemory.reserve(static_cast<std::size_t>(panelFloats + rowFloats) * sizeof(float));
        auto* const mainPanels = tMemory.as<float>();
        float* const tailPanels = mainPanels + mainWidth * kPanelFeatures * I::kPanels;
        float* const mainRows = mainPanels + panelFloats;
        float* const tailRows = mainRows + product.m * mainWidth;
        rows(product.main, product.m, mainRows);
        if (product.tail.matrix != nullptr) {
            rows(product.tail, product.m, tailRows);
        }
        forPanels<I>(product, [&](int64_t panel, int64_t panels, int64_t range) {
            TileFactor<float> tail;
            if (product.tail.matrix != nullptr) {
                tail = factor(product.tail,
                              panel,
                              panels,
                              rangeOf(product.tail, range),
                              tailRows,
                              tailPanels);
            }
            auto main = factor(
                product.main, panel, panels, rangeOf(product.main, range), mainRows, mainPanels);
            fetchNext<I>(main, product, panel + panels, panels);
            tileRows<I, WideElement<I>>(main, tail, product, panel, panels);
        });
    }
};

template <typename I>
void product(const PackedProduct& product)
{
    if (product.main.matrix->type() == PackedType::Float32) {
        directProduct<I, FloatElement<I>>(product);
    } else if constexpr (I::kHasDots) {
        directProduct<I, HalfElement<I>>(product);
    } else {
        Widened<I>::product(product);
    }
}

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
    const float* g = sum.g + rank;
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
                values[v] = I::keep(static_cast<uint32_t>(bits >> (v * I::kLanes)), values[v]);
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

template <typename I>
void rankSum(const RankSum& sum)
{
    const auto all = [&]<typename E>(E) {
        if (sum.kept.bytes == nullptr) {
            rankSumOf<I, E, true>(sum);
        } else {
            rankSumOf<I, E, false>(sum);
        }
    };
    if (sum.type == PackedType::Float32) {
        all(FloatElement<I>());
    } else {
        all(WideElement<I>());
    }
}

} // namespace
} // namespace engine::kernels
