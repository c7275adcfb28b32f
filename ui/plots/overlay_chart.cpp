// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/overlay_chart.h"

#include "app/base/format.h"
#include "ui/plots/crosshair.h"
#include "ui/plots/end_labels.h"
#include "ui/plots/plot_style.h"
#include "ui/plots/series_data.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace ui::plots {

namespace {

constexpr double kRoom = 0.06;
constexpr double kEdgeRoom = 0.012;
constexpr double kSpikeShare = 0.004;
constexpr int kRightMargin = 12; // without labels

// One run as it is drawn.
struct Line
{
    OverlayCurve run; // its curve is in `series`
    SeriesData series;
    QCPGraph* graph = nullptr;

    const CurvePoint* last() const
    {
        const Curve& points = series.curve();
        const auto found =
            std::find_if(points.rbegin(), points.rend(), [](const CurvePoint& point) {
                return std::isfinite(point.value);
            });
        return found == points.rend() ? nullptr : &*found;
    }

    const CurvePoint* best() const
    {
        const CurvePoint* found = nullptr;
        for (const CurvePoint& point : series.curve()) {
            if (std::isfinite(point.value) && (!found || point.value < found->value)) {
                found = &point;
            }
        }
        return found;
    }
};

} // namespace

struct OverlayChart::Private
{
    std::vector<Line> lines;
    std::function<QString(double)> format = app::formatLoss;
    std::unique_ptr<EndLabels> labels;

    void label(XUnit unit);
    // The line whose points the crosshair walks: the longest.
    const Line* walked() const;
};

void OverlayChart::Private::label(XUnit unit)
{
    std::vector<EndLabel> ends;
    std::vector<RingMark> rings;
    for (const Line& line : lines) {
        const CurvePoint* last = line.last();
        if (!last) {
            continue;
        }
        const CurvePoint* best = line.run.markBest ? line.best() : nullptr;
        const CurvePoint* told = best && !line.run.running ? best : last;
        const QString value = line.run.name % u' ' % format(told->value);
        ends.push_back({line.run.running ? OverlayChart::tr("%1 now").arg(value) : value,
                        line.run.series,
                        last->x(unit),
                        last->value,
                        line.run.running});
        if (line.run.running) {
            rings.push_back({line.run.series, last->x(unit), last->value, true});
        } else if (best) {
            rings.push_back({line.run.series, best->x(unit), best->value, false});
        }
    }
    labels->set(std::move(ends), std::move(rings));
}

const Line* OverlayChart::Private::walked() const
{
    const Line* found = nullptr;
    for (const Line& line : lines) {
        if (!line.series.isEmpty()
            && (!found || line.series.x().back() > found->series.x().back())) {
            found = &line;
        }
    }
    return found;
}

OverlayChart::OverlayChart(QWidget* parent)
    : ChartView(false, parent), d(std::make_unique<Private>())
{
    d->labels = std::make_unique<EndLabels>(plot());
    plot().axisRect()->setAutoMargins(QCP::msLeft | QCP::msTop | QCP::msBottom);
    optionsChanged();
}

OverlayChart::~OverlayChart() = default;

void OverlayChart::setCurves(std::vector<OverlayCurve> curves)
{
    for (const Line& line : d->lines) {
        plot().removeGraph(line.graph);
    }
    d->lines.clear();
    for (OverlayCurve& run : curves) {
        Line line;
        line.series.set(std::exchange(run.curve, {}));
        line.series.setUnit(xUnit());
        line.series.setLogarithmic(isLogarithmic());
        line.graph = plot().addGraph();
        line.graph->setAdaptiveSampling(false);
        line.run = std::move(run);
        d->lines.push_back(std::move(line));
    }
    restyle(colors());
    dataChanged();
}

void OverlayChart::setQuantity(const QString& axisTitle, std::function<QString(double)> format)
{
    setYTitle(axisTitle);
    d->format = std::move(format);
    optionsChanged();
}

void OverlayChart::restyle(const PlotColors& colors)
{
    for (const Line& line : d->lines) {
        line.graph->setPen(seriesPen(colors, line.run.series, kSmoothedWidth, true));
    }
    d->labels->setColors(colors);
}

void OverlayChart::rescale(XUnit unit, bool logarithmic)
{
    for (Line& line : d->lines) {
        line.series.setUnit(unit);
        line.series.setLogarithmic(logarithmic);
    }
}

Interval OverlayChart::fullX() const
{
    const Line* longest = d->walked();
    const double end = longest ? longest->series.x().back() : 0;
    return {0, end > 0 ? end * (1 + kEdgeRoom) : 1};
}

Interval OverlayChart::fullY(const Interval& x) const
{
    std::optional<Interval> range;
    for (const Line& line : d->lines) {
        range = united(range, line.series.usualExtent(x, kSpikeShare));
    }
    if (!range) {
        return isLogarithmic() ? Interval{0.1, 10} : Interval{0, 1};
    }
    return padded(*range, kRoom, isLogarithmic());
}

void OverlayChart::rebuild(const Interval& x, int columns)
{
    for (const Line& line : d->lines) {
        line.series.draw(*line.graph, x, columns);
    }
}

std::optional<double> OverlayChart::newestX() const
{
    d->label(xUnit());
    const int column = std::max(kRightMargin, d->labels->columnWidth());
    QMargins margins = plot().axisRect()->margins();
    margins.setRight(column);
    plot().axisRect()->setMargins(margins);
    const Line* longest = d->walked();
    return longest ? std::optional(longest->series.x().back()) : std::nullopt;
}

std::optional<double> OverlayChart::snap(double x, int offset) const
{
    const Line* line = d->walked();
    const std::optional<size_t> index = line ? line->series.nearest(x) : std::nullopt;
    if (!index) {
        return std::nullopt;
    }
    const auto last = static_cast<ptrdiff_t>(line->series.x().size()) - 1;
    const auto place = std::clamp<ptrdiff_t>(static_cast<ptrdiff_t>(*index) + offset, 0, last);
    return line->series.x()[static_cast<size_t>(place)];
}

CrosshairText OverlayChart::crosshairText(double x) const
{
    const Line* walked = d->walked();
    const std::optional<size_t> place = walked ? walked->series.nearest(x) : std::nullopt;
    if (!place) {
        return {};
    }
    const CurvePoint& at = walked->series.curve()[*place];
    struct Value
    {
        const Line* line;
        const CurvePoint* point;
    };
    std::vector<Value> values;
    for (const Line& line : d->lines) {
        const std::optional<size_t> index = line.series.atOrBefore(x);
        // A line that has ended says nothing about what comes after.
        if (index && x <= line.series.x().back()
            && std::isfinite(line.series.curve()[*index].value)) {
            values.push_back({&line, &line.series.curve()[*index]});
        }
    }
    std::ranges::sort(values, [](const Value& left, const Value& right) {
        return left.point->value > right.point->value;
    });
    CrosshairText text;
    const QString step = app::formatCount(std::llround(at.step));
    text.heading =
        at.tokens > 0
            ? tr("Step %1 · %2 tokens").arg(step, app::formatShort(std::llround(at.tokens)))
            : tr("Step %1").arg(step);
    for (const Value& value : values) {
        const bool same = value.point->step == at.step || xUnit() != XUnit::Step;
        const QString& name = value.line->run.name;
        text.rows.push_back(
            {same ? name
                  : tr("%1 (%2)").arg(name, app::formatCount(std::llround(value.point->step))),
             d->format(value.point->value),
             value.line->run.series});
    }
    return text;
}

ChartTable OverlayChart::table() const
{
    ChartTable table;
    table.columns = {QStringLiteral("step")};
    std::vector<size_t> next(d->lines.size(), 0);
    for (const Line& line : d->lines) {
        table.columns.append({line.run.name % QLatin1String(" tokens"),
                              line.run.name % QLatin1String(" seconds"),
                              line.run.name});
    }
    while (true) {
        double step = std::numeric_limits<double>::infinity();
        for (size_t index = 0; index < next.size(); ++index) {
            const Curve& curve = d->lines[index].series.curve();
            if (next[index] < curve.size()) {
                step = std::min(step, curve[next[index]].step);
            }
        }
        if (std::isinf(step)) {
            return table;
        }
        std::vector<double> row(1 + 3 * next.size(), std::numeric_limits<double>::quiet_NaN());
        row[0] = step;
        for (size_t index = 0; index < next.size(); ++index) {
            const Curve& curve = d->lines[index].series.curve();
            if (next[index] < curve.size() && curve[next[index]].step == step) {
                const CurvePoint& point = curve[next[index]++];
                row[1 + 3 * index] = point.tokens;
                row[2 + 3 * index] = point.seconds;
                row[3 + 3 * index] = point.value;
            }
        }
        table.rows.push_back(std::move(row));
    }
}

} // namespace ui::plots
