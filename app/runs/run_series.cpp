// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/run_series.h"

#include <algorithm>
#include <cmath>

namespace app::runs {

namespace {

template <typename Point>
void dropAfter(std::vector<Point>& points, int64_t step)
{
    std::erase_if(points, [step](const Point& point) { return point.step > step; });
}

} // namespace

const EvalPoint* RunSeries::bestEval() const
{
    const EvalPoint* best = nullptr;
    for (const EvalPoint& eval : evals) {
        if (std::isfinite(eval.loss) && (!best || eval.loss < best->loss)) {
            best = &eval;
        }
    }
    return best;
}

void RunSeries::rewindTo(int64_t step)
{
    const auto end = std::upper_bound(steps.begin(), steps.end(), step);
    resizeSteps(static_cast<std::size_t>(end - steps.begin()));
    dropAfter(evals, step);
    dropAfter(checkpoints, step);
    dropAfter(samples, step);
    dropAfter(incidents, step);
}

void RunSeries::resizeSteps(std::size_t size)
{
    steps.resize(size);
    loss.resize(size);
    learningRate.resize(size);
    gradNorm.resize(size);
    tokensPerSecond.resize(size);
    epoch.resize(size);
    accuracy.resize(size);
    seconds.resize(size);
    tokens.resize(size);
    memoryBytes.resize(size);
}

} // namespace app::runs
