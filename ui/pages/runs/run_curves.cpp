// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/run_curves.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"

#include <QCoreApplication>

#include <algorithm>

namespace ui::pages::runs {

using app::runs::RunSeries;

namespace {

class Texts
{
    Q_DECLARE_TR_FUNCTIONS(ui::pages::runs::Curves)
};

double valueOf(const RunSeries& series, Quantity quantity, std::size_t index)
{
    switch (quantity) {
    case Quantity::Loss:
        return static_cast<double>(series.loss[index]);
    case Quantity::LearningRate:
        return static_cast<double>(series.learningRate[index]);
    case Quantity::GradNorm:
        return static_cast<double>(series.gradNorm[index]);
    case Quantity::TokensPerSecond:
        return static_cast<double>(series.tokensPerSecond[index]);
    case Quantity::Memory:
        break;
    }
    return static_cast<double>(series.memoryBytes[index]);
}

// Where the run was at `step`: tokens and seconds of the last step at or before it.
plots::Marker markerAt(const RunSeries& series, plots::Marker::Kind kind, int64_t step)
{
    plots::Marker marker;
    marker.kind = kind;
    marker.step = static_cast<double>(step);
    const auto next = std::ranges::upper_bound(series.steps, step);
    if (next != series.steps.begin()) {
        const auto index = static_cast<std::size_t>(next - series.steps.begin()) - 1;
        marker.tokens = static_cast<double>(series.tokens[index]);
        marker.seconds = series.seconds[index];
    }
    return marker;
}

} // namespace

plots::Curve curveOf(const RunSeries& series, Quantity quantity, std::size_t first)
{
    plots::Curve curve;
    curve.reserve(series.size() - std::min(first, series.size()));
    for (std::size_t index = first; index < series.size(); ++index) {
        curve.push_back({static_cast<double>(series.steps[index]),
                         static_cast<double>(series.tokens[index]),
                         series.seconds[index],
                         valueOf(series, quantity, index)});
    }
    return curve;
}

plots::Curve validationCurve(const RunSeries& series)
{
    plots::Curve curve;
    curve.reserve(series.evals.size());
    for (const app::runs::EvalPoint& eval : series.evals) {
        curve.push_back({static_cast<double>(eval.step),
                         static_cast<double>(eval.tokens),
                         eval.seconds,
                         eval.loss});
    }
    return curve;
}

std::vector<plots::Marker> markersOf(const RunSeries& series)
{
    using Kind = plots::Marker::Kind;
    std::vector<plots::Marker> markers;
    for (const app::runs::CheckpointPoint& point : series.checkpoints) {
        markers.push_back(markerAt(series, Kind::Checkpoint, point.step));
    }
    int64_t last = -1;
    for (const app::runs::SamplePoint& point : series.samples) {
        if (point.step != last) { // a step has a sample for each prompt
            markers.push_back(markerAt(series, Kind::Sample, point.step));
        }
        last = point.step;
    }
    for (const app::runs::IncidentPoint& point : series.incidents) {
        plots::Marker marker = markerAt(series, Kind::Incident, point.step);
        marker.text = Texts::tr("Step %1: %2")
                          .arg(app::formatCount(point.step), app::engineText(point.message));
        markers.push_back(std::move(marker));
    }
    return markers;
}

double stepsPerEpoch(const RunSeries& series)
{
    if (series.isEmpty() || !(series.epoch.back() > 0)) {
        return 0;
    }
    return series.steps.back() / static_cast<double>(series.epoch.back());
}

} // namespace ui::pages::runs
