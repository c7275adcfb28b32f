// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The register tiles behind packed_product.h, written once over an instruction set `I`; included
// only by the files compiled for one, whose anonymous namespace keeps each set's code to itself.
// `I` offers Vector (kLanes floats) and zero load store broadcast fma add loadHalf storeHalf; Mask
// with maskOf (the lanes whose bit is set), keep (those lanes, else 0) and fmaKept (of those lanes
// alone); with kHasDots loadPairs, fmaPairs and fmaPairsKept (dot products of bfloat16 pairs), else
// widenPairs; and the sizes of its tiles: kRows × kPanels, kKeptRows whose masks it holds at once,
// kRanks × kRankVectors.
#pragma once

#include "engine/kernels/packed_product.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

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
    static typename I::Vector fmaKept(const typename I::Mask& mask,
                                      const typename I::Vector& sum,
                                      const float* row,
                                      const Weights& weights)
    {
        return I::fmaKept(mask, I::broadcast(row), weights, sum);
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
    static typename I::Vector fmaKept(const typename I::Mask& mask,
                                      const typename I::Vector& sum,
                                      const uint16_t* row,
                                      const Weights& weights)
    {
        return I::fmaPairsKept(mask, sum, row, weights);
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

// The factors of a strip of panels; rows are those of the next tile.
template <typename Stored>
struct TileFactors
{
    TileFactor<Stored> main;
    TileFactor<Stored> tail;
    std::vector<TileFactor<Stored>> kept; // in the order of the product's

    void skipRows(int64_t rows)
    {
        main.rows += rows * main.stride;
        main.ahead += main.steps * main.aheadStep;
        tail.rows += rows * tail.stride;
        for (TileFactor<Stored>& factor : kept) {
            factor.rows += rows * factor.stride;
        }
    }
};

// The same of what is kept, from row `First` of the tile on: as many rows at a time as have their
// masks in registers.
template <typename I, typename E, int First, int Rows, int Panels>
[[gnu::always_inline]] inline void
accumulateKept(typename I::Vector (&sums)[Rows][Panels * kPanelFeatures / I::kLanes],
               const TileFactor<typename E::Stored>& factor,
               const KeptBits& kept,
               int64_t row,
               int64_t column)
{
    constexpr int kParts = kPanelFeatures / I::kLanes;
    constexpr int kVectors = Panels * kParts;
    constexpr int kHere = std::min(I::kKeptRows, Rows - First);
    typename I::Mask masks[kHere][kVectors];
#pragma GCC unroll 4
    for (int r = 0; r < kHere; ++r) {
        const uint64_t bits = bitsAt(kept, row + First + r, column);
#pragma GCC unroll 8
        for (int v = 0; v < kVectors; ++v) {
            masks[r][v] = I::maskOf(static_cast<uint32_t>(bits >> (v * I::kLanes)));
        }
    }
    const typename E::Stored* from = factor.rows + First * factor.stride;
    const typename E::Stored* panel = factor.panels;
    for (int64_t step = 0; step < factor.steps; ++step) {
#pragma GCC unroll 8
        for (int v = 0; v < kVectors; ++v) {
            const typename E::Weights weights = E::weights(panel + v / kParts * factor.panelStride
                                                           + v % kParts * I::kLanes * E::kDepth);
#pragma GCC unroll 4
            for (int r = 0; r < kHere; ++r) {
                sums[First + r][v] =
                    E::fmaKept(masks[r][v], sums[First + r][v], from + r * factor.stride, weights);
            }
        }
        from += E::kDepth;
        panel += kPanelFeatures * E::kDepth;
    }
    if constexpr (First + kHere < Rows) {
        accumulateKept<I, E, First + kHere, Rows, Panels>(sums, factor, kept, row, column);
    }
}

// Fetches the lines that a tile writes while it is computed: its rows lie too far apart for the
// processor to see them coming, and each store would wait for its line.
template <typename Output, int Rows, int Panels>
[[gnu::always_inline]] inline void
fetchOutput(const PackedProduct& product, int64_t row, int64_t column)
{
    constexpr int64_t kLine = 64;
    constexpr int64_t kBytes = Panels * kPanelFeatures * int64_t{sizeof(Output)};
    const auto* to = static_cast<const std::byte*>(product.c)
                     + (row * product.cStride + column) * int64_t{sizeof(Output)};
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r) {
        for (int64_t byte = 0; byte < kBytes; byte += kLine) {
            __builtin_prefetch(to + byte, /*write=*/1);
        }
        to += product.cStride * int64_t{sizeof(Output)};
    }
}

template <typename I, typename E, int Rows, int Panels>
void tile(const TileFactors<typename E::Stored>& factors,
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
    if (product.isFloatOutput) {
        fetchOutput<float, Rows, Panels>(product, row, column);
    } else {
        fetchOutput<typename E::Output, Rows, Panels>(product, row, column);
    }
    accumulate<I, E, Rows, Panels>(sums, factors.main);
    if (factors.tail.steps > 0) {
        accumulate<I, E, Rows, Panels>(sums, factors.tail);
    }
    for (std::size_t i = 0; i < factors.kept.size(); ++i) {
        accumulateKept<I, E, 0, Rows, Panels>(
            sums, factors.kept[i], product.kept[i].kept, row, column);
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
using TileFunction =
    void (*)(const TileFactors<typename E::Stored>&, const PackedProduct&, int64_t, int64_t);

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
TileFactor<Stored> tileFactor(const Factor& factor, int64_t panel, int64_t range, int64_t step)
{
    if (factor.matrix == nullptr) {
        return {};
    }
    const PackedMatrix& matrix = *factor.matrix;
    const DepthRange depths = rangeOf(factor, range);
    return {static_cast<const Stored*>(factor.rows) + depths.begin,
            factor.stride,
            reinterpret_cast<const Stored*>(matrix.panel(panel)) + depths.begin * kPanelFeatures,
            matrix.depth() * kPanelFeatures,
            (depths.end - depths.begin + step - 1) / step,
            matrix.panel(panel)};
}

// Spreads the fetching of the panels from `next` on over all tiles of these, though they be those
// of the next product.
template <typename I, typename Stored>
void fetchNext(TileFactor<Stored>& main, const PackedProduct& product, int64_t next, int64_t panels)
{
    if (main.steps == 0 || next >= product.main.matrix->panels()) {
        return;
    }
    const PackedMatrix& matrix = *product.main.matrix;
    const int64_t tiles = (product.m + I::kRows - 1) / I::kRows;
    main.ahead = matrix.panel(next);
    main.aheadStep = panels * matrix.panelBytes() / (tiles * main.steps);
}

// All rows of at most I::kPanels panels.
template <typename I, typename E>
void tileRows(TileFactors<typename E::Stored>& factors,
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
        tiles[rows - 1](factors, product, row, panel * kPanelFeatures);
        factors.skipRows(rows);
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
    thread_local TileFactors<typename E::Stored> tFactors;
    forPanels<I>(product, [&](int64_t panel, int64_t panels, int64_t range) {
        const auto at = [&](const Factor& factor) {
            return tileFactor<typename E::Stored>(factor, panel, range, E::kDepth);
        };
        tFactors.main = at(product.main);
        tFactors.tail = at(product.tail);
        tFactors.kept.clear();
        for (const KeptFactor& kept : product.kept) {
            tFactors.kept.push_back(at(kept.factor));
        }
        fetchNext<I>(tFactors.main, product, panel + panels, panels);
        tileRows<I, E>(tFactors, product, panel, panels);
    });
}

// A factor of bfloat16 as float32: its rows, once per product, and a strip of its panels.
template <typename I>
class WidenedFactor
{
public:
    explicit WidenedFactor(const Factor& factor)
        : m_factor(factor), m_limit(factor.matrix == nullptr ? DepthRange{} : limitOf(factor)),
          m_width(roundedUp(m_limit.end - m_limit.begin, kPanelFeatures))
    {
    }

    // Floats of memory that `m` rows and a strip take.
    int64_t room(int64_t m) const { return (m + kPanelFeatures * I::kPanels) * m_width; }

    void widenRows(int64_t m, float* memory)
    {
        m_panels = memory + m * m_width;
        m_rows = memory;
        const auto* from = static_cast<const uint16_t*>(m_factor.rows) + m_limit.begin;
        const int64_t depth = m_limit.end - m_limit.begin;
        for (int64_t row = 0; row < m; ++row, from += m_factor.stride, memory += m_width) {
            int64_t k = 0;
            for (; k + I::kLanes <= depth; k += I::kLanes) {
                I::store(memory + k, I::loadHalf(from + k));
            }
            for (; k < depth; ++k) {
                const uint32_t bits = static_cast<uint32_t>(from[k]) << 16;
                __builtin_memcpy(memory + k, &bits, sizeof bits);
            }
        }
    }

    TileFactor<float> panels(int64_t panel, int64_t panels, int64_t range)
    {
        if (m_factor.matrix == nullptr) {
            return {};
        }
        const DepthRange depths = rangeOf(m_factor, range);
        const int64_t depth = depths.end - depths.begin;
        const int64_t stride = roundedUp(depth, 2) * kPanelFeatures;
        for (int64_t p = 0; p < panels; ++p) {
            const auto* from = reinterpret_cast<const uint16_t*>(m_factor.matrix->panel(panel + p))
                               + depths.begin * kPanelFeatures;
            float* to = m_panels + p * stride;
            for (int64_t k = 0; k < depth; k += 2) {
                for (int64_t lane = 0; lane < kPanelFeatures; lane += I::kLanes) {
                    I::widenPairs(from + 2 * lane, to + lane, to + kPanelFeatures + lane);
                }
                from += 2 * kPanelFeatures;
                to += 2 * kPanelFeatures;
            }
        }
        return {m_rows + depths.begin - m_limit.begin,
                m_width,
                m_panels,
                stride,
                depth,
                m_factor.matrix->panel(panel)};
    }

private:
    const Factor& m_factor;
    DepthRange m_limit;
    int64_t m_width; // of a row
    float* m_rows = nullptr;
    float* m_panels = nullptr;
};

// bfloat16 in float32 arithmetic, for processors whose dot products of pairs are missing or slower
// than their float32.
template <typename I>
void widenedProduct(const PackedProduct& product)
{
    thread_local AlignedBuffer tMemory;
    thread_local std::vector<WidenedFactor<I>> tWidened; // main, tail, then what is kept
    thread_local TileFactors<float> tFactors;
    tWidened.clear();
    tWidened.emplace_back(product.main);
    tWidened.emplace_back(product.tail);
    for (const KeptFactor& kept : product.kept) {
        tWidened.emplace_back(kept.factor);
    }
    int64_t floats = 0;
    for (const WidenedFactor<I>& factor : tWidened) {
        floats += factor.room(product.m);
    }
    tMemory.reserve(static_cast<std::size_t>(floats) * sizeof(float));
    auto* memory = tMemory.as<float>();
    for (WidenedFactor<I>& factor : tWidened) {
        factor.widenRows(product.m, memory);
        memory += factor.room(product.m);
    }
    forPanels<I>(product, [&](int64_t panel, int64_t panels, int64_t range) {
        tFactors.main = tWidened[0].panels(panel, panels, range);
        tFactors.tail = tWidened[1].panels(panel, panels, range);
        tFactors.kept.clear();
        for (std::size_t i = 0; i < product.kept.size(); ++i) {
            tFactors.kept.push_back(tWidened[2 + i].panels(panel, panels, range));
        }
        fetchNext<I>(tFactors.main, product, panel + panels, panels);
        tileRows<I, WideElement<I>>(tFactors, product, panel, panels);
    });
}

template <typename I>
void product(const PackedProduct& product)
{
    if (product.type() == PackedType::Float32) {
        directProduct<I, FloatElement<I>>(product);
    } else if constexpr (I::kHasDots) {
        directProduct<I, HalfElement<I>>(product);
    } else {
        widenedProduct<I>(product);
    }
}

} // namespace
} // namespace engine::kernels
