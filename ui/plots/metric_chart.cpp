// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/metric_chart.h"

#include "app/base/format.h"
#include "ui/plots/crosshair.h"
#include "ui/plots/plot_style.h"
#include "ui/plots/series_data.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace ui::plots {

namespace {

constexpr double kRoom = 0.08;
constexpr double kSpikeShare = 0.004;
constexpr double kEdgeRoom = 0.012;

} // namespace

struct MetricChart::Private
{
    std::function<QString(double)> format;
    SeriesData series;
    double scale = 1;
    double totalSteps = 0;
    std::optional<double> limit;
    bool fromZero = false;
    QString positionPattern; // empty: steps
    QString positionColumn;
    QCPGraph* graph = nullptr;
    QCPItemStraightLine* limitLine = nullptr;

    Curve scaled(Curve curve) const
    {
        for (CurvePoint& point : curve) {
            point.value /= scale;
        }
        return curve;
    }
};

MetricChart::MetricChart(std::function<QString(double)> format, QWidget* parent)
    : ChartView(true, parent), d(std::make_unique<Private>())
{
    d->format = std::move(format);
    d->graph = plot().addGraph();
    d->graph->setAdaptiveSampling(false);
    d->limitLine = new QCPItemStraightLine(&plot());
    d->limitLine->setSelectable(false);
    d->limitLine->setVisible(false);
    optionsChanged();
}

MetricChart::~MetricChart() = default;

void MetricChart::setCurve(Curve curve)
{
    d->series.set(d->scaled(std::move(curve)));
    dataChanged();
}

void MetricChart::appendCurve(const Curve& points)
{
    d->series.append(d->scaled(points));
    dataChanged();
}

void MetricChart::setScale(double scale)
{
    if (scale == d->scale) {
        return;
    }
    Curve curve = d->series.curve();
    for (CurvePoint& point : curve) {
        point.value *= d->scale / scale;
    }
    d->scale = scale;
    d->series.set(std::move(curve));
    optionsChanged();
}

void MetricChart::setTotalSteps(double steps)
{
    if (steps != d->totalSteps) {
        d->totalSteps = steps;
        dataChanged();
    }
}

void MetricChart::setLimit(std::optional<double> limit)
{
    d->limit = limit;
    optionsChanged();
}

void MetricChart::setPositionName(const QString& pattern, const QString& column)
{
    d->positionPattern = pattern;
    d->positionColumn = column;
}

void MetricChart::setFromZero(bool fromZero)
{
    d->fromZero = fromZero;
    optionsChanged();
}

void MetricChart::restyle(const PlotColors& colors)
{
    d->graph->setPen(seriesPen(colors, kTrainSeries, kSmallWidth));
    d->limitLine->setPen(warningPen(colors));
}

void MetricChart::rescale(XUnit unit, bool logarithmic)
{
    d->series.setUnit(unit);
    d->series.setLogarithmic(logarithmic);
}

Interval MetricChart::fullX() const
{
    double end = d->series.isEmpty() ? 0 : d->series.x().back();
    if (xUnit() == XUnit::Step) {
        end = std::max(end, d->totalSteps);
    }
    return {0, end > 0 ? end * (1 + kEdgeRoom) : 1};
}

Interval MetricChart::fullY(const Interval& x) const
{
    std::optional<Interval> range = d->series.usualExtent(x, kSpikeShare);
    if (d->limit) {
        range = united(range, Interval{*d->limit / d->scale, *d->limit / d->scale});
    }
    if (!range) {
        return isLogarithmic() ? Interval{0.1, 10} : Interval{0, 1};
    }
    if (d->fromZero && !isLogarithmic()) {
        const double top = std::max(0.0, range->upper);
        return {std::min(0.0, range->lower), top > 0 ? top * (1 + kRoom) : 1};
    }
    return padded(*range, kRoom, isLogarithmic());
}

void MetricChart::rebuild(const Interval& x, int columns)
{
    d->series.draw(*d->graph, x, columns);
    d->limitLine->setVisible(d->limit.has_value());
    if (d->limit) {
        const double y = *d->limit / d->scale;
        d->limitLine->point1->setCoords(x.lower, y);
        d->limitLine->point2->setCoords(x.upper, y);
    }
}

std::optional<double> MetricChart::newestX() const
{
    return d->series.isEmpty() ? std::nullopt : std::optional(d->series.x().back());
}

std::optional<double> MetricChart::snap(double x, int offset) const
{
    const std::optional<size_t> index = d->series.nearest(x);
    if (!index) {
        return std::nullopt;
    }
    const auto last = static_cast<ptrdiff_t>(d->series.x().size()) - 1;
    const auto place = std::clamp<ptrdiff_t>(static_cast<ptrdiff_t>(*index) + offset, 0, last);
    return d->series.x()[static_cast<size_t>(place)];
}

CrosshairText MetricChart::crosshairText(double x) const
{
    const std::optional<size_t> index = d->series.nearest(x);
    if (!index) {
        return {};
    }
    const CurvePoint& point = d->series.curve()[*index];
    const QString pattern = d->positionPattern.isEmpty() ? tr("Step %1") : d->positionPattern;
    return {
        pattern.arg(app::formatCount(std::llround(point.step))),
        {{std::isfinite(point.value) ? d->format(point.value * d->scale) : app::noValue(), {}}}};
}

ChartTable MetricChart::table() const
{
    ChartTable table;
    if (!d->positionColumn.isEmpty()) {
        table.columns = {d->positionColumn, title()};
        for (const CurvePoint& point : d->series.curve()) {
            table.rows.push_back({point.step, point.value * d->scale});
        }
        return table;
    }
    table.columns = {
        QStringLiteral("step"), QStringLiteral("tokens"), QStringLiteral("seconds"), title()};
    for (const CurvePoint& point : d->series.curve()) {
        table.rows.push_back({point.step, point.tokens, point.seconds, point.value * d->scale});
    }
    return table;
}

} // namespace ui::plots
