// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Products of packed matrices with few vectors, over 16 float lanes of an instruction set `I`: a
// part of decode_kernels_lanes.h. `I` offers Vector and zero load store set fma add; Pairs with
// loadPairs and addPairs for a line of a bfloat16 panel; kChains, the sums that hide the latency of
// a fused multiply-add; kShortSums, for how many products its registers hold four sums each; and
// where that is more than one, pin, which keeps a line in its register.
#pragma once

#include "engine/kernels/decode_kernels.h"

#include <cstring>

#include <immintrin.h>

namespace engine::kernels {
namespace {

constexpr int64_t kLineBytes = 64;
// Ahead of the line being multiplied, in bytes: about what arrives while it waits for memory.
constexpr int64_t kPrefetchBytes = 2048;
// Lines of a panel below which several are multiplied at once, and not prefetched: they stay in the
// cache, or the processor follows that many streams by itself.
constexpr int64_t kFewLines = 256;

// A line of a panel, which is a number of each feature, ...
template <typename I>
struct FloatLines
{
    using Number = float;
    static constexpr int64_t kDepth = 1; // that a line has

    [[gnu::always_inline]] static auto read(const std::byte* line)
    {
        return I::load(reinterpret_cast<const float*>(line));
    }
    [[gnu::always_inline]] static auto
    add(const typename I::Vector& sum, const typename I::Vector& line, const float* x, int64_t at)
    {
        return I::fma(I::set(x[at]), line, sum);
    }
};

// ... or a pair of them.
template <typename I>
struct HalfLines
{
    using Number = uint16_t;
    static constexpr int64_t kDepth = 2;

    [[gnu::always_inline]] static auto read(const std::byte* line) { return I::loadPairs(line); }
    [[gnu::always_inline]] static auto
    add(const typename I::Vector& sum, const typename I::Pairs& line, const uint16_t* x, int64_t at)
    {
        uint32_t pair = 0;
        std::memcpy(&pair, x + 2 * at, sizeof pair);
        return I::addPairs(sum, pair, line);
    }
};

// Some lines of the panels of a product, and its rows.
template <typename I, typename Lines>
struct Product
{
    using Number = typename Lines::Number;
    using Vector = typename I::Vector;

    const Matvec& matvec;
    int64_t lines = matvec.depth / Lines::kDepth;
    int64_t stride = matvec.matrix->panelBytes();
    int64_t end = matvec.firstPanel + matvec.panels;

    [[gnu::always_inline]] const std::byte* panel(int64_t number) const
    {
        return matvec.matrix->panel(0) + number * stride
               + matvec.firstDepth / Lines::kDepth * kLineBytes;
    }
    [[gnu::always_inline]] const Number* x(int64_t row) const
    {
        return static_cast<const Number*>(matvec.x) + row * matvec.xStride + matvec.firstDepth;
    }
    [[gnu::always_inline]] void store(int64_t row, int64_t panel, Vector sum) const
    {
        float* const y = matvec.y + row * matvec.yStride + panel * kPanelFeatures;
        if (matvec.bias != nullptr) {
            sum = I::add(sum, I::load(matvec.bias + panel * kPanelFeatures));
        }
        I::store(y, matvec.adds ? I::add(sum, I::load(y)) : sum);
    }
};

// One panel times a row. The next panel's lines begin `gap` bytes behind this one's.
template <typename I, typename Lines>
[[gnu::always_inline]] inline typename I::Vector
panelSum(const std::byte* panel, const typename Lines::Number* x, int64_t lines, int64_t gap)
{
    constexpr int kChains = I::kChains;
    typename I::Vector sums[kChains];
#pragma GCC unroll 8
    for (int i = 0; i < kChains; ++i) {
        sums[i] = I::zero();
    }
    int64_t at = 0;
    for (; at + kChains <= lines; at += kChains) {
        const int64_t ahead = kPrefetchBytes + (at + kPrefetchBytes / kLineBytes < lines ? 0 : gap);
#pragma GCC unroll 8
        for (int i = 0; i < kChains; ++i) {
            const std::byte* from = panel + (at + i) * kLineBytes;
            _mm_prefetch(reinterpret_cast<const char*>(from + ahead), _MM_HINT_T0);
            sums[i] = Lines::add(sums[i], Lines::read(from), x, at + i);
        }
    }
    for (; at < lines; ++at) {
        sums[0] = Lines::add(sums[0], Lines::read(panel + at * kLineBytes), x, at);
    }
#pragma GCC unroll 8
    for (int step = kChains / 2; step > 0; step /= 2) {
        for (int i = 0; i < step; ++i) {
            sums[i] = I::add(sums[i], sums[i + step]);
        }
    }
    return sums[0];
}

// kPanels panels of few lines times kRows rows: a number of x is taken for all panels, a line for
// all rows. The order of a sum is the same whatever it is taken with.
template <typename I, typename Lines, int kRows, int kPanels>
[[gnu::always_inline]] inline void
multiplyShort(const Product<I, Lines>& product, int64_t row, int64_t first)
{
    constexpr int kChains = 4;
    constexpr int kSums = kRows * kPanels;
    const std::byte* const panel = product.panel(first);
    const typename Lines::Number* x[kRows];
    typename I::Vector sums[kChains][kSums];
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r) {
        x[r] = product.x(row + r);
    }
#pragma GCC unroll 16
    for (int i = 0; i < kChains * kSums; ++i) {
        sums[i / kSums][i % kSums] = I::zero();
    }
    const auto addLine = [&](typename I::Vector * to, int64_t at) __attribute__((always_inline))
    {
#pragma GCC unroll 4
        for (int p = 0; p < kPanels; ++p) {
            auto line = Lines::read(panel + p * product.stride + at * kLineBytes);
            if constexpr (kRows > 1) {
                I::pin(line);
            }
#pragma GCC unroll 4
            for (int r = 0; r < kRows; ++r) {
                to[r * kPanels + p] = Lines::add(to[r * kPanels + p], line, x[r], at);
            }
        }
    };
    int64_t at = 0;
    for (; at + kChains <= product.lines; at += kChains) {
#pragma GCC unroll 4
        for (int i = 0; i < kChains; ++i) {
            addLine(sums[i], at + i);
        }
    }
    for (; at < product.lines; ++at) {
        addLine(sums[0], at);
    }
#pragma GCC unroll 4
    for (int i = 0; i < kSums; ++i) {
        product.store(row + i / kPanels,
                      first + i % kPanels,
                      I::add(I::add(sums[0][i], sums[2][i]), I::add(sums[1][i], sums[3][i])));
    }
}

template <typename I, typename Lines, int kRows>
[[gnu::always_inline]] inline void multiplyShortRows(const Product<I, Lines>& product, int64_t row)
{
    constexpr int kPanels = I::kShortSums / kRows;
    int64_t panel = product.matvec.firstPanel;
    for (; panel + kPanels <= product.end; panel += kPanels) {
        multiplyShort<I, Lines, kRows, kPanels>(product, row, panel);
    }
    if constexpr (kPanels > 2) {
        if (panel + 2 <= product.end) {
            multiplyShort<I, Lines, kRows, 2>(product, row, panel);
            panel += 2;
        }
    }
    for (; panel < product.end; ++panel) {
        multiplyShort<I, Lines, kRows, 1>(product, row, panel);
    }
}

template <typename I, typename Lines>
[[gnu::always_inline]] inline void multiplyPanels(const Matvec& matvec)
{
    const Product<I, Lines> product{matvec};
    if (product.lines < kFewLines) {
        int64_t row = 0;
        if constexpr (I::kShortSums > 1) {
            for (; row + 2 <= matvec.rows; row += 2) {
                multiplyShortRows<I, Lines, 2>(product, row);
            }
        }
        for (; row < matvec.rows; ++row) {
            multiplyShortRows<I, Lines, 1>(product, row);
        }
        return;
    }
    const int64_t gap = product.stride - product.lines * kLineBytes;
    for (int64_t panel = matvec.firstPanel; panel < product.end; ++panel) {
        for (int64_t row = 0; row < matvec.rows; ++row) {
            product.store(
                row,
                panel,
                panelSum<I, Lines>(product.panel(panel), product.x(row), product.lines, gap));
        }
    }
}

template <typename I>
void multiply(const Matvec& matvec)
{
    if (matvec.matrix->type() == PackedType::Float32) {
        multiplyPanels<I, FloatLines<I>>(matvec);
    } else {
        multiplyPanels<I, HalfLines<I>>(matvec);
    }
}

} // namespace
} // namespace engine::kernels
