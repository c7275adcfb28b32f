// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/loss_chart.h"

#include "app/base/format.h"
#include "ui/plots/crosshair.h"
#include "ui/plots/plot_style.h"
#include "ui/plots/run_marks.h"
#include "ui/plots/series_data.h"
#include "ui/plots/smoothing.h"

#include <qcustomplot.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace ui::plots {

namespace {

constexpr double kDefaultSmoothing = 0.45;
constexpr double kSpikeShare = 0.004; // of raw values that may leave the view at either end
constexpr double kRoom = 0.06;        // above and below the curves
constexpr double kPixelsPerDisc = 10; // closer together, validation is a line without discs
constexpr double kEdgeRoom = 0.012;   // right of the last point
constexpr size_t kPartCount = static_cast<size_t>(LossChart::Part::Incidents) + 1;

QString epochText(double step, double stepsPerEpoch)
{
    return QLocale().toString(step / stepsPerEpoch, 'f', 2);
}

} // namespace

struct LossChart::Private
{
    SeriesData raw;
    SeriesData smoothed;
    SeriesData validation;
    double amount = kDefaultSmoothing;
    ExponentialAverage average{smoothingWeight(amount)};
    std::vector<Marker> markers;
    double totalSteps = 0;
    double stepsPerEpoch = 0;
    bool live = false;
    std::array<bool, kPartCount> visible;

    QCPGraph* rawGraph = nullptr;
    QCPGraph* smoothedGraph = nullptr;
    QCPGraph* validationGraph = nullptr;
    std::unique_ptr<RunMarks> marks;

    void smoothFrom(const Curve& points);
    void smoothAll();
    const CurvePoint* newest() const;
    const CurvePoint* best() const;
    // Where the run will end, on the axis in use.
    std::optional<double> end(XUnit unit) const;
};

void LossChart::Private::smoothAll()
{
    average = ExponentialAverage(smoothingWeight(amount));
    smoothed.set({});
    smoothFrom(raw.curve());
}

void LossChart::Private::smoothFrom(const Curve& points)
{
    Curve further = points;
    for (CurvePoint& point : further) {
        point.value = average.add(point.value);
    }
    smoothed.append(further);
}

const CurvePoint* LossChart::Private::newest() const
{
    const CurvePoint* found = raw.isEmpty() ? nullptr : &raw.curve().back();
    if (!validation.isEmpty() && (!found || validation.curve().back().step > found->step)) {
        found = &validation.curve().back();
    }
    return found;
}

const CurvePoint* LossChart::Private::best() const
{
    const CurvePoint* found = nullptr;
    for (const CurvePoint& point : validation.curve()) {
        if (std::isfinite(point.value) && (!found || point.value < found->value)) {
            found = &point;
        }
    }
    return found;
}

std::optional<double> LossChart::Private::end(XUnit unit) const
{
    const CurvePoint* last = newest();
    if (!live || totalSteps <= 0) {
        return last ? std::optional(last->x(unit)) : std::nullopt;
    }
    if (unit == XUnit::Step) {
        return totalSteps;
    }
    // Tokens and time go on as they went so far.
    return last && last->step > 0 ? std::optional(last->x(unit) * totalSteps / last->step)
                                  : std::nullopt;
}

LossChart::LossChart(QWidget* parent) : ChartView(false, parent), d(std::make_unique<Private>())
{
    d->visible.fill(true);
    d->rawGraph = plot().addGraph();
    d->smoothedGraph = plot().addGraph();
    d->validationGraph = plot().addGraph();
    for (QCPGraph* graph : {d->rawGraph, d->smoothedGraph, d->validationGraph}) {
        graph->setAdaptiveSampling(false); // decimated here
    }
    d->marks = std::make_unique<RunMarks>(plot());
    setTitle(tr("Loss"));
    setYTitle(tr("Loss (nats per token)"));
    optionsChanged();
}

LossChart::~LossChart() = default;

void LossChart::clear()
{
    d->raw.set({});
    d->validation.set({});
    d->smoothAll();
    d->markers.clear();
    d->totalSteps = 0;
    d->stepsPerEpoch = 0;
    d->live = false;
    setCrosshair(std::nullopt);
    resetView();
}

void LossChart::setTraining(Curve curve)
{
    d->raw.set(std::move(curve));
    d->smoothAll();
    dataChanged();
}

void LossChart::appendTraining(const Curve& points)
{
    if (points.empty()) {
        return;
    }
    const bool repeats = !d->raw.isEmpty() && points.front().step <= d->raw.curve().back().step;
    d->raw.append(points);
    if (repeats) {
        d->smoothAll();
    } else {
        d->smoothFrom(points);
    }
    dataChanged();
}

void LossChart::setValidation(Curve curve)
{
    d->validation.set(std::move(curve));
    dataChanged();
}

void LossChart::setMarkers(std::vector<Marker> markers)
{
    d->markers = std::move(markers);
    dataChanged();
}

void LossChart::setTotalSteps(double steps, bool live)
{
    if (steps != d->totalSteps || live != d->live) {
        d->totalSteps = steps;
        d->live = live;
        dataChanged();
    }
}

void LossChart::setStepsPerEpoch(double steps)
{
    d->stepsPerEpoch = steps;
}

void LossChart::setSmoothing(double amount)
{
    if (amount != d->amount) {
        d->amount = amount;
        d->smoothAll();
        optionsChanged();
    }
}

double LossChart::smoothing() const
{
    return d->amount;
}

std::optional<double> LossChart::smoothedLoss() const
{
    const bool known = !d->smoothed.isEmpty() && std::isfinite(d->smoothed.curve().back().value);
    return known ? std::optional(d->smoothed.curve().back().value) : std::nullopt;
}

void LossChart::setPartVisible(Part part, bool visible)
{
    d->visible[static_cast<size_t>(part)] = visible;
    optionsChanged();
}

bool LossChart::isPartVisible(Part part) const
{
    return d->visible[static_cast<size_t>(part)];
}

void LossChart::restyle(const PlotColors& colors)
{
    d->rawGraph->setPen(rawPen(colors));
    d->smoothedGraph->setPen(seriesPen(colors, kTrainSeries, kSmoothedWidth));
    d->validationGraph->setPen(seriesPen(colors, kValidationSeries, kSmoothedWidth));
    d->validationGraph->setScatterStyle(QCPScatterStyle::ssNone);
    d->marks->setColors(colors);
}

void LossChart::rescale(XUnit unit, bool logarithmic)
{
    for (SeriesData* series : {&d->raw, &d->smoothed, &d->validation}) {
        series->setUnit(unit);
        series->setLogarithmic(logarithmic);
    }
}

Interval LossChart::fullX() const
{
    const double end = d->end(xUnit()).value_or(d->totalSteps);
    return {0, end > 0 ? end * (1 + kEdgeRoom) : 1};
}

Interval LossChart::fullY(const Interval& x) const
{
    std::optional<Interval> range;
    if (isPartVisible(Part::Validation)) {
        range = d->validation.extent(x);
    }
    if (isPartVisible(Part::Smoothed)) {
        range = united(range, d->smoothed.extent(x));
    }
    if (isPartVisible(Part::Raw)) {
        range = united(range, d->raw.usualExtent(x, kSpikeShare));
    }
    if (!range) {
        return isLogarithmic() ? Interval{0.1, 10} : Interval{0, 1};
    }
    return padded(*range, kRoom, isLogarithmic());
}

void LossChart::rebuild(const Interval& x, int columns)
{
    d->rawGraph->setVisible(isPartVisible(Part::Raw));
    d->smoothedGraph->setVisible(isPartVisible(Part::Smoothed));
    d->validationGraph->setVisible(isPartVisible(Part::Validation));
    d->raw.draw(*d->rawGraph, x, columns);
    // Columns as wide as its line: finer ones would be drawn over one another.
    d->smoothed.draw(*d->smoothedGraph, x, columns / static_cast<int>(kSmoothedWidth));
    d->validation.draw(*d->validationGraph, x, columns);
    const bool discs = d->validationGraph->dataCount() * kPixelsPerDisc <= columns;
    d->validationGraph->setScatterStyle(discs ? QCPScatterStyle(QCPScatterStyle::ssDisc, kDiscSize)
                                              : QCPScatterStyle());

    const CurvePoint* last = d->newest();
    const bool ahead = d->live && d->totalSteps > 0 && last;
    d->marks->setNow(ahead ? std::optional(last->x(xUnit())) : std::nullopt);
    d->marks->setMarkers(d->markers, xUnit());
    d->marks->setShown(Marker::Kind::Checkpoint, isPartVisible(Part::Checkpoints));
    d->marks->setShown(Marker::Kind::Sample, isPartVisible(Part::Samples));
    d->marks->setShown(Marker::Kind::Incident, isPartVisible(Part::Incidents));
    const CurvePoint* best = isPartVisible(Part::Validation) ? d->best() : nullptr;
    d->marks->setBest(
        best ? std::optional(RunMarks::Best{
            best->x(xUnit()), best->value, tr("best %1").arg(app::formatLoss(best->value))})
             : std::nullopt);
}

std::optional<double> LossChart::newestX() const
{
    const CurvePoint* last = d->newest();
    return last ? std::optional(last->x(xUnit())) : std::nullopt;
}

std::optional<double> LossChart::snap(double x, int offset) const
{
    const SeriesData& series = d->raw.isEmpty() ? d->validation : d->raw;
    const std::optional<size_t> index = series.nearest(x);
    if (!index) {
        return std::nullopt;
    }
    const auto last = static_cast<ptrdiff_t>(series.x().size()) - 1;
    const auto place = std::clamp<ptrdiff_t>(static_cast<ptrdiff_t>(*index) + offset, 0, last);
    return series.x()[static_cast<size_t>(place)];
}

CrosshairText LossChart::crosshairText(double x) const
{
    CrosshairText text;
    double step = x;
    if (const std::optional<size_t> index = d->raw.nearest(x)) {
        const CurvePoint& raw = d->raw.curve()[*index];
        const CurvePoint& smooth = d->smoothed.curve()[*index];
        step = raw.step;
        text.rows.push_back({tr("Train %1").arg(app::formatLoss(smooth.value)),
                             tr("raw %1").arg(app::formatLoss(raw.value))});
    }
    if (const std::optional<size_t> index = d->validation.atOrBefore(x)) {
        const CurvePoint& point = d->validation.curve()[*index];
        step = d->raw.isEmpty() ? point.step : step;
        text.rows.push_back({tr("Validation (%1)").arg(app::formatCount(std::llround(point.step))),
                             app::formatLoss(point.value)});
    }
    const QString count = app::formatCount(std::llround(step));
    text.heading = d->stepsPerEpoch > 0
                       ? tr("Step %1 · epoch %2").arg(count, epochText(step, d->stepsPerEpoch))
                       : tr("Step %1").arg(count);
    return text;
}

ChartTable LossChart::table() const
{
    ChartTable table;
    table.columns = {QStringLiteral("step"),
                     QStringLiteral("tokens"),
                     QStringLiteral("seconds"),
                     QStringLiteral("loss"),
                     QStringLiteral("smoothed_loss"),
                     QStringLiteral("eval_loss")};
    const Curve& train = d->raw.curve();
    const Curve& eval = d->validation.curve();
    const double none = std::numeric_limits<double>::quiet_NaN();
    size_t next = 0;
    const auto addEval = [&] {
        const CurvePoint& point = eval[next++];
        table.rows.push_back({point.step, point.tokens, point.seconds, none, none, point.value});
    };
    for (size_t index = 0; index < train.size(); ++index) {
        const CurvePoint& point = train[index];
        while (next < eval.size() && eval[next].step < point.step) {
            addEval();
        }
        const bool both = next < eval.size() && eval[next].step == point.step;
        table.rows.push_back({point.step,
                              point.tokens,
                              point.seconds,
                              point.value,
                              d->smoothed.curve()[index].value,
                              both ? eval[next++].value : none});
    }
    while (next < eval.size()) {
        addEval();
    }
    return table;
}

std::vector<LegendEntry> LossChart::legend() const
{
    const auto entry = [this](Part part, const QString& text, Glyph glyph, int series) {
        return LegendEntry{static_cast<int>(part), text, glyph, series, isPartVisible(part)};
    };
    const auto has = [this](Marker::Kind kind) {
        return std::ranges::any_of(d->markers,
                                   [kind](const Marker& marker) { return marker.kind == kind; });
    };
    std::vector<LegendEntry> entries = {
        entry(Part::Smoothed, tr("Train, smoothed"), Glyph::Line, kTrainSeries),
        entry(Part::Raw, tr("Train, raw"), Glyph::FaintLine, kTrainSeries),
    };
    if (!d->validation.isEmpty()) {
        entries.push_back(
            entry(Part::Validation, tr("Validation"), Glyph::LineWithDisc, kValidationSeries));
    }
    if (has(Marker::Kind::Checkpoint)) {
        entries.push_back(
            entry(Part::Checkpoints, tr("Checkpoint"), Glyph::Triangle, kCheckpointSeries));
    }
    if (has(Marker::Kind::Sample)) {
        entries.push_back(entry(Part::Samples, tr("Sample"), Glyph::Square, kSampleSeries));
    }
    if (has(Marker::Kind::Incident)) {
        entries.push_back(entry(Part::Incidents, tr("Incident"), Glyph::DashedLine, -1));
    }
    return entries;
}

} // namespace ui::plots
