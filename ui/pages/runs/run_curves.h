// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// From what a run has told to what charts draw. Plain functions.
#pragma once

#include "app/runs/run_series.h"
#include "ui/plots/curve.h"

#include <functional>

namespace ui::pages::runs {

enum class Quantity { Loss, LearningRate, GradNorm, TokensPerSecond, Memory };

// The steps from index `first` on. What was not finite is NaN.
plots::Curve curveOf(const app::runs::RunSeries& series, Quantity quantity, std::size_t first = 0);
plots::Curve validationCurve(const app::runs::RunSeries& series);
// Checkpoints, samples and incidents, by rising step within each kind.
std::vector<plots::Marker> markersOf(const app::runs::RunSeries& series);
// Steps in one epoch, from the newest step; 0 = not known yet.
double stepsPerEpoch(const app::runs::RunSeries& series);

} // namespace ui::pages::runs
