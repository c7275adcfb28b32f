// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A curve as a chart draws it: in columns for the axis in use, decimated for what is visible.
#pragma once

#include "ui/plots/curve.h"
#include "ui/plots/decimation.h"
#include "ui/plots/interval.h"

#include <optional>

class QCPGraph;

namespace ui::plots {

class SeriesData
{
public:
    void set(Curve curve);
    // As appendPoints().
    void append(const Curve& points);
    void setUnit(XUnit unit);
    // Values at or below zero have no place then and leave a gap.
    void setLogarithmic(bool logarithmic);

    const Curve& curve() const { return m_curve; }
    bool isEmpty() const { return m_curve.empty(); }
    std::span<const double> x() const { return m_x; }
    std::span<const double> y() const { return m_y; } // NaN where there is a gap

    // Index of the point nearest to `x`; nothing when empty.
    std::optional<size_t> nearest(double x) const;
    // Index of the last point at or before `x`.
    std::optional<size_t> atOrBefore(double x) const;
    // Lowest and highest value over `x`; nothing where there is none.
    std::optional<Interval> extent(const Interval& x) const;
    // The same without the outermost `share` of values at either end, so that a few spikes do not
    // flatten the rest. Looks at no more than a few thousand values.
    std::optional<Interval> usualExtent(const Interval& x, double share) const;

    void draw(QCPGraph& graph, const Interval& x, int columns) const;

private:
    // Brings the columns up to date from this point on.
    void fill(size_t first);
    std::pair<size_t, size_t> indices(const Interval& x) const;

    Curve m_curve;
    XUnit m_unit = XUnit::Step;
    bool m_logarithmic = false;
    std::vector<double> m_x;
    std::vector<double> m_y;
};

// Both, where there are both.
std::optional<Interval> united(const std::optional<Interval>& left,
                               const std::optional<Interval>& right);

} // namespace ui::plots
