// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/series_data.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ui::plots {

namespace {

constexpr size_t kQuantileValues = 4096;

} // namespace

void SeriesData::set(Curve curve)
{
    m_curve = std::move(curve);
    fill(0);
}

void SeriesData::append(const Curve& points)
{
    if (points.empty()) {
        return;
    }
    appendPoints(m_curve, points);
    fill(m_curve.size() - points.size());
}

void SeriesData::setUnit(XUnit unit)
{
    m_unit = unit;
    fill(0);
}

void SeriesData::setLogarithmic(bool logarithmic)
{
    m_logarithmic = logarithmic;
    fill(0);
}

void SeriesData::fill(size_t first)
{
    m_x.resize(m_curve.size());
    m_y.resize(m_curve.size());
    double highest = first > 0 ? m_x[first - 1] : -std::numeric_limits<double>::infinity();
    for (size_t index = first; index < m_curve.size(); ++index) {
        const CurvePoint& point = m_curve[index];
        // Clocks and counters may start over when a run is continued; x must rise all the same.
        highest = std::max(highest, point.x(m_unit));
        const bool drawn = std::isfinite(point.value) && (!m_logarithmic || point.value > 0);
        m_x[index] = highest;
        m_y[index] = drawn ? point.value : std::numeric_limits<double>::quiet_NaN();
    }
}

std::optional<size_t> SeriesData::nearest(double x) const
{
    if (m_x.empty()) {
        return std::nullopt;
    }
    const auto next = std::ranges::lower_bound(m_x, x);
    if (next == m_x.begin()) {
        return 0;
    }
    const auto index = static_cast<size_t>(next - m_x.begin());
    if (next == m_x.end() || x - m_x[index - 1] <= m_x[index] - x) {
        return index - 1;
    }
    return index;
}

std::optional<size_t> SeriesData::atOrBefore(double x) const
{
    const auto next = std::ranges::upper_bound(m_x, x);
    if (next == m_x.begin()) {
        return std::nullopt;
    }
    return static_cast<size_t>(next - m_x.begin()) - 1;
}

std::pair<size_t, size_t> SeriesData::indices(const Interval& x) const
{
    const auto first = std::ranges::lower_bound(m_x, x.lower) - m_x.begin();
    const auto end = std::ranges::upper_bound(m_x, x.upper) - m_x.begin();
    return {static_cast<size_t>(first), static_cast<size_t>(std::max(first, end))};
}

std::optional<Interval> SeriesData::extent(const Interval& x) const
{
    std::optional<Interval> found;
    const auto [first, end] = indices(x);
    for (size_t index = first; index < end; ++index) {
        const double value = m_y[index];
        if (std::isnan(value)) {
            continue;
        }
        found = found ? Interval{std::min(found->lower, value), std::max(found->upper, value)}
                      : Interval{value, value};
    }
    return found;
}

std::optional<Interval> SeriesData::usualExtent(const Interval& x, double share) const
{
    const auto [first, end] = indices(x);
    const size_t stride = std::max<size_t>(1, (end - first) / kQuantileValues);
    std::vector<double> values;
    for (size_t index = first; index < end; index += stride) {
        if (!std::isnan(m_y[index])) {
            values.push_back(m_y[index]);
        }
    }
    if (values.empty()) {
        return std::nullopt;
    }
    const auto skipped = static_cast<ptrdiff_t>(share * static_cast<double>(values.size()));
    const auto low = values.begin() + skipped;
    std::ranges::nth_element(values, low);
    const double lowest = *low;
    const auto high = values.end() - 1 - skipped;
    std::ranges::nth_element(values, high);
    return Interval{lowest, *high};
}

void SeriesData::draw(QCPGraph& graph, const Interval& x, int columns) const
{
    const DecimatedCurve curve = decimate(m_x, m_y, {x.lower, x.upper, columns});
    QVector<QCPGraphData> points;
    points.reserve(static_cast<qsizetype>(curve.x.size()));
    for (size_t index = 0; index < curve.x.size(); ++index) {
        points.append(QCPGraphData(curve.x[index], curve.y[index]));
    }
    graph.data()->set(points, true);
}

std::optional<Interval> united(const std::optional<Interval>& left,
                               const std::optional<Interval>& right)
{
    if (!left || !right) {
        return left ? left : right;
    }
    return Interval{std::min(left->lower, right->lower), std::max(left->upper, right->upper)};
}

} // namespace ui::plots
