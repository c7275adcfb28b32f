// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Products of bfloat16 on tile registers: blocks of 32 rows times one or two panels, 32 depths a
// step. A packed panel is what a tile of the right factor wants: 16 depth pairs of 16 features are
// 1 KiB in a row. `Tiles` is the processor's registers, or their imitation in the tests:
//   static void begin(), end()      around a product, per thread
//   static void zero()
//   static void step(a, aStride, b0, b1)    two 16 × 32 tiles of rows aStride elements apart, times
//                                   one or two (b1 not null) tiles of a panel
//   static void store(float* c)     [32, 32]
#pragma once

#include "engine/kernels/aligned_buffer.h"
#include "engine/kernels/packed_product.h"
#include "engine/kernels/vectors.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <vector>

namespace engine::kernels {
namespace {

constexpr int64_t kBlockRows = 32;
constexpr int64_t kStepDepth = 32;
constexpr int64_t kStepPanel = kStepDepth * kPanelFeatures; // elements of a panel

// A factor's rows and panels in whole tiles: what does not fill one lies in padded copies.
class TiledFactor
{
public:
    // `memory` holds the copies.
    TiledFactor(const Factor& factor, int64_t m, AlignedBuffer& memory)
        : m_factor(factor), m_rows(m), m_memory(memory)
    {
    }

    bool isNone() const { return m_factor.matrix == nullptr; }

    // The panels that follow, and their depths.
    void select(int64_t panel, int64_t panels, int64_t range)
    {
        if (!isNone()) {
            select(depthsOf(m_factor, range));
            setPanels(panel, panels);
        }
    }

    // Adds the block's products to the tiles.
    template <typename Tiles>
    void multiply(int64_t block) const
    {
        if (isNone()) {
            return;
        }
        const bool isEdge = block == m_wholeBlocks;
        const uint16_t* a = isEdge ? m_edge
                                   : static_cast<const uint16_t*>(m_factor.rows)
                                         + block * kBlockRows * m_factor.stride + m_range.begin;
        const int64_t stride = isEdge ? m_edgeStride : m_factor.stride;
        for (int64_t step = 0; step < m_steps; ++step, a += kStepDepth) {
            const int64_t at = step * kStepPanel;
            Tiles::step(
                a, stride, m_panels[0] + at, m_panels[1] == nullptr ? nullptr : m_panels[1] + at);
        }
        if (m_rest > 0) {
            Tiles::step(isEdge ? a : m_restRows + block * kBlockRows * kStepDepth,
                        isEdge ? stride : kStepDepth,
                        m_restPanels,
                        m_panels[1] == nullptr ? nullptr : m_restPanels + kStepPanel);
        }
    }

private:
    static constexpr std::size_t kHalf = sizeof(uint16_t);

    static DepthRange depthsOf(const Factor& factor, int64_t range)
    {
        if (factor.ranges != nullptr) {
            return factor.ranges[range];
        }
        return factor.limit.end == 0 ? DepthRange{0, factor.matrix->depth()} : factor.limit;
    }

    void select(DepthRange range)
    {
        if (range.begin == m_range.begin && range.end == m_range.end) {
            return;
        }
        m_range = range;
        const int64_t depth = range.end - range.begin;
        m_steps = depth / kStepDepth;
        m_rest = depth % kStepDepth;
        const int64_t width = roundedUp(depth, kStepDepth);
        const int64_t lastRows = m_rows % kBlockRows;
        m_wholeBlocks = m_rows / kBlockRows;
        const int64_t edge = lastRows > 0 ? kBlockRows * width : 0;
        const int64_t rest = m_rest > 0 ? m_wholeBlocks * kBlockRows * kStepDepth : 0;
        m_memory.reserve(static_cast<std::size_t>(edge + rest + 2 * kStepPanel) * kHalf);
        auto* const memory = m_memory.as<uint16_t>();
        m_restPanels = memory + edge + rest;
        copyRows(m_wholeBlocks * kBlockRows, lastRows, 0, depth, width, memory);
        std::fill(memory + lastRows * width, memory + edge, uint16_t{0});
        copyRows(0,
                 rest > 0 ? m_wholeBlocks * kBlockRows : 0,
                 m_steps * kStepDepth,
                 m_rest,
                 kStepDepth,
                 memory + edge);
        m_edge = memory;
        m_edgeStride = width;
        m_restRows = memory + edge;
    }

    void setPanels(int64_t panel, int64_t panels)
    {
        const int64_t rest = m_rest * kPanelFeatures;
        for (int64_t i = 0; i < 2; ++i) {
            m_panels[i] = nullptr;
            if (i < panels) {
                m_panels[i] = reinterpret_cast<const uint16_t*>(m_factor.matrix->panel(panel + i))
                              + m_range.begin * kPanelFeatures;
                uint16_t* const to = m_restPanels + i * kStepPanel;
                std::memcpy(
                    to, m_panels[i] + m_steps * kStepPanel, static_cast<std::size_t>(rest) * kHalf);
                std::fill(to + rest, to + kStepPanel, uint16_t{0});
            }
        }
    }

    void copyRows(int64_t first,
                  int64_t count,
                  int64_t depth,
                  int64_t taken,
                  int64_t width,
                  uint16_t* to) const
    {
        const auto* from = static_cast<const uint16_t*>(m_factor.rows) + first * m_factor.stride
                           + m_range.begin + depth;
        for (int64_t row = 0; row < count; ++row, from += m_factor.stride, to += width) {
            std::memcpy(to, from, static_cast<std::size_t>(taken) * kHalf);
            std::fill(to + taken, to + width, uint16_t{0});
        }
    }

    const Factor& m_factor;
    int64_t m_rows;
    AlignedBuffer& m_memory;
    DepthRange m_range{0, 0};
    int64_t m_steps = 0, m_rest = 0, m_wholeBlocks = 0, m_edgeStride = 0;
    const uint16_t* m_edge = nullptr;
    const uint16_t* m_restRows = nullptr;
    uint16_t* m_restPanels = nullptr;
    const uint16_t* m_panels[2] = {nullptr, nullptr};
};

template <typename Output>
void finishRow(
    const float* sums, const PackedProduct& product, int64_t row, int64_t column, int64_t width)
{
    auto* const to = static_cast<Output*>(product.c) + row * product.cStride + column;
    const auto* const residual = static_cast<const Output*>(product.residual);
    for (int64_t i = 0; i < width; ++i) {
        float sum = sums[i];
        if (product.bias != nullptr) {
            sum += product.bias[column + i];
        }
        if (residual != nullptr) {
            sum += widened(residual[row * product.residualStride + column + i]);
        }
        to[i] = narrowed<Output>(sum);
    }
}

// The sums of a row, and what is kept of its own factor's.
inline void addKept(
    const float* from, const KeptBits& kept, int64_t row, int64_t column, int64_t width, float* to)
{
    for (int64_t i = 0; i < width; ++i) {
        const int64_t bit = kept.firstBit + row * kept.rowBits + column + i;
        to[i] += (kept.bytes[bit / 8] >> (bit % 8) & 1) != 0 ? from[i] : 0.0F;
    }
}

// bfloat16 alone.
template <typename Tiles>
void tiledProduct(const PackedProduct& product)
{
    constexpr int64_t kWidth = 2 * kPanelFeatures;
    alignas(64) float sums[kBlockRows * kWidth];
    alignas(64) float keptSums[kBlockRows * kWidth];
    thread_local std::deque<AlignedBuffer> tMemory;
    while (tMemory.size() < 2 + product.kept.size()) {
        tMemory.emplace_back();
    }
    TiledFactor main(product.main, product.m, tMemory[0]);
    TiledFactor tail(product.tail, product.m, tMemory[1]);
    std::vector<TiledFactor> kept;
    for (std::size_t i = 0; i < product.kept.size(); ++i) {
        kept.emplace_back(product.kept[i].factor, product.m, tMemory[2 + i]);
    }
    const int64_t strip = product.singlePanels ? 1 : kStripPanels;
    Tiles::begin();
    for (int64_t p = 0; p < product.panels; p += strip) {
        const int64_t panel = product.firstPanel + p;
        const int64_t panels = std::min(strip, product.panels - p);
        const int64_t column = panel * kPanelFeatures;
        const int64_t width = panels * kPanelFeatures;
        main.select(panel, panels, panel / strip);
        tail.select(panel, panels, panel / strip);
        for (TiledFactor& factor : kept) {
            factor.select(panel, panels, panel / strip);
        }
        for (int64_t block = 0; block * kBlockRows < product.m; ++block) {
            const int64_t first = block * kBlockRows;
            const int64_t last = std::min(first + kBlockRows, product.m);
            Tiles::zero();
            main.multiply<Tiles>(block);
            tail.multiply<Tiles>(block);
            Tiles::store(sums);
            for (std::size_t i = 0; i < kept.size(); ++i) {
                Tiles::zero();
                kept[i].multiply<Tiles>(block);
                Tiles::store(keptSums);
                for (int64_t row = first; row < last; ++row) {
                    const int64_t at = (row - first) * kWidth;
                    addKept(keptSums + at, product.kept[i].kept, row, column, width, sums + at);
                }
            }
            for (int64_t row = first; row < last; ++row) {
                const float* const from = sums + (row - first) * kWidth;
                if (product.isFloatOutput) {
                    finishRow<float>(from, product, row, column, width);
                } else {
                    finishRow<c10::BFloat16>(from, product, row, column, width);
                }
            }
        }
    }
    Tiles::end();
}

} // namespace
} // namespace engine::kernels
