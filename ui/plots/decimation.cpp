// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/decimation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace ui::plots {

namespace {

constexpr int kPointsPerColumn = 4;
constexpr size_t kNone = std::numeric_limits<size_t>::max();

// The points of one column that must be drawn.
struct Extremes
{
    size_t first = kNone;
    size_t lowest = kNone;
    size_t highest = kNone;
    size_t last = kNone;
    size_t hole = kNone; // a value that is not finite

    void add(size_t index, std::span<const double> y)
    {
        if (!std::isfinite(y[index])) {
            hole = index;
            return;
        }
        if (first == kNone) {
            first = lowest = highest = index;
        }
        lowest = y[index] < y[lowest] ? index : lowest;
        highest = y[index] > y[highest] ? index : highest;
        last = index;
    }
};

class Builder
{
public:
    Builder(std::span<const double> x, std::span<const double> y) : m_x(x), m_y(y) {}

    void reserve(size_t count)
    {
        m_curve.x.reserve(count);
        m_curve.y.reserve(count);
    }

    void add(size_t index)
    {
        const bool hole = !std::isfinite(m_y[index]);
        if (hole && !m_curve.y.empty() && std::isnan(m_curve.y.back())) {
            return;
        }
        m_curve.x.push_back(m_x[index]);
        m_curve.y.push_back(hole ? std::numeric_limits<double>::quiet_NaN() : m_y[index]);
    }

    void add(const Extremes& column)
    {
        if (column.first == kNone) {
            if (column.hole != kNone) {
                add(column.hole);
            }
            return;
        }
        std::array<size_t, kPointsPerColumn> picked = {
            column.first, column.lowest, column.highest, column.last};
        std::ranges::sort(picked);
        size_t previous = kNone;
        for (const size_t index : picked) {
            if (index != previous) {
                add(index);
            }
            previous = index;
        }
    }

    DecimatedCurve take() { return std::move(m_curve); }

private:
    std::span<const double> m_x;
    std::span<const double> m_y;
    DecimatedCurve m_curve;
};

} // namespace

DecimatedCurve
decimate(std::span<const double> x, std::span<const double> y, const PixelColumns& columns)
{
    const auto inside = std::ranges::lower_bound(x, columns.lower);
    const auto outside = std::ranges::upper_bound(x, columns.upper);
    const auto first = static_cast<size_t>(inside - x.begin());
    const auto end = std::max(first, static_cast<size_t>(outside - x.begin()));
    const size_t before = first > 0 ? first - 1 : first;
    const size_t after = std::min(end + 1, x.size());

    Builder builder(x, y);
    const auto limit = static_cast<size_t>(std::max(columns.count, 0)) * kPointsPerColumn;
    if (columns.count <= 0 || columns.upper <= columns.lower || end - first <= limit) {
        builder.reserve(after - before);
        for (size_t index = before; index < after; ++index) {
            builder.add(index);
        }
        return builder.take();
    }

    builder.reserve(limit + 2);
    if (before < first) {
        builder.add(before);
    }
    const double perUnit = columns.count / (columns.upper - columns.lower);
    Extremes column;
    auto current = std::numeric_limits<int>::min();
    for (size_t index = first; index < end; ++index) {
        const int here = static_cast<int>((x[index] - columns.lower) * perUnit);
        if (here != current) {
            builder.add(column);
            column = {};
            current = here;
        }
        column.add(index, y);
    }
    builder.add(column);
    if (end < after) {
        builder.add(end);
    }
    return builder.take();
}

} // namespace ui::plots
