// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/run_figures.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "app/engine/catalog_access.h"
#include "ui/widgets/figure_tile.h"

#include <algorithm>
#include <cmath>

namespace ui::pages::runs {

using app::runs::RunSeries;
using engine::contract::Value;

namespace {

enum Tile { kLoss, kValidation, kLearningRate, kGradNorm, kSpeed, kMemory };

} // namespace

RunFigures::RunFigures(QWidget* parent) : FigureRow(parent)
{
    addTile(tr("Train loss"));
    addTile(tr("Validation loss"));
    addTile(tr("Learning rate"));
    addTile(tr("Gradient norm"));
    addTile(tr("Tokens/s"));
    addTile(tr("Memory"));
}

void RunFigures::showLoss(const RunSeries& series, std::optional<double> smoothed)
{
    if (series.isEmpty() || !smoothed) {
        tile(kLoss)->setFigure(app::noValue());
        tile(kLoss)->setSub(tr("after the first step"));
        return;
    }
    tile(kLoss)->setFigure(app::formatLoss(*smoothed));
    tile(kLoss)->setSub(
        tr("smoothed · raw %1").arg(app::formatLoss(static_cast<double>(series.loss.back()))));
}

void RunFigures::showValidation(const RunSeries& series)
{
    const app::runs::EvalPoint* best = series.bestEval();
    if (series.evals.empty() || !best) {
        tile(kValidation)->setFigure(app::noValue());
        tile(kValidation)->setSub(tr("no evaluation yet"));
        return;
    }
    const app::runs::EvalPoint& last = series.evals.back();
    tile(kValidation)->setFigure(app::formatLoss(last.loss));
    if (last.step == best->step) {
        tile(kValidation)->setSub(tr("best, step %1").arg(app::formatCount(last.step)), Tone::Ok);
    } else {
        tile(kValidation)
            ->setSub(tr("best %1, step %2")
                         .arg(app::formatLoss(best->loss), app::formatCount(best->step)));
    }
}

void RunFigures::show(const RunSeries& series, const Value& job, std::optional<double> smoothed)
{
    showLoss(series, smoothed);
    showValidation(series);
    const Value& schedule = app::engine::valueAt(job, "training.schedule");
    const Value& peak = app::engine::valueAt(job, "training.learning_rate");
    const Value& clip = app::engine::valueAt(job, "training.max_grad_norm");
    tile(kLearningRate)
        ->setSub(peak.isNumber() ? tr("%1, peak %2")
                                       .arg(app::engineText(app::qs(schedule.toString())),
                                            app::formatLearningRate(peak.toDouble()))
                                 : QString());
    tile(kGradNorm)->setSub(clip.toDouble() > 0
                                ? tr("clip at %1").arg(QLocale().toString(clip.toDouble(), 'f', 1))
                                : QString());
    if (series.isEmpty()) {
        for (const Tile empty : {kLearningRate, kGradNorm, kSpeed, kMemory}) {
            tile(empty)->setFigure(app::noValue());
        }
        return;
    }
    tile(kLearningRate)
        ->setFigure(app::formatLearningRate(static_cast<double>(series.learningRate.back())));
    tile(kGradNorm)->setFigure(app::formatNumber(static_cast<double>(series.gradNorm.back()), 2));
    const double speed = static_cast<double>(series.tokensPerSecond.back());
    tile(kSpeed)->setFigure(app::formatCount(std::llround(speed)));
    tile(kSpeed)->setSub(tr("%1 seen").arg(app::formatShort(series.tokens.back())));
    tile(kMemory)->setFigure(app::formatMemory(series.memoryBytes.back()));
    const auto most = std::ranges::max_element(series.memoryBytes);
    tile(kMemory)->setSub(tr("peak %1").arg(app::formatMemory(*most)));
}

} // namespace ui::pages::runs
