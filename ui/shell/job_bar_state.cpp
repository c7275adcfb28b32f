// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/job_bar_state.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "app/runs/run_info.h"
#include "ui/page/run_status.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace ui::shell {

namespace {

using app::runs::RunInfo;
using app::runs::RunStatus;

struct JobBarText
{
    Q_DECLARE_TR_FUNCTIONS(ui::shell::JobBar)
};

void showShare(JobBarState& state, double share)
{
    if (share >= 0) {
        state.share = share;
        state.percent = app::formatPercent(share, 0);
    }
}

void describeActive(JobBarState& state, const RunInfo& run)
{
    state.canStop = run.status != RunStatus::Stopping;
    switch (run.status) {
    case RunStatus::Paused:
        state.status = StatusKind::Warning;
        state.phase = JobBarText::tr("Paused");
        state.rest = JobBarText::tr("device is free");
        state.canResume = true;
        return;
    case RunStatus::Stopping:
        state.status = StatusKind::Warning;
        state.phase = JobBarText::tr("Stopping");
        state.rest = JobBarText::tr("saving a checkpoint");
        return;
    case RunStatus::Starting:
        state.status = StatusKind::Active;
        state.phase = run.phase.isEmpty() ? statusWord(run.status) : workWord(run);
        return;
    default:
        break;
    }
    state.status = StatusKind::Active;
    state.phase = workWord(run);
    state.canPause = true;
    if (run.doesNotRespond) {
        state.status = StatusKind::Warning;
        state.rest = JobBarText::tr("does not respond");
    } else if (run.secondsLeft >= 0) {
        state.rest = JobBarText::tr("%1 left").arg(app::formatDuration(run.secondsLeft));
    }
}

void describeEnded(JobBarState& state, const RunInfo& run)
{
    const bool isFailed = run.status == RunStatus::Failed;
    state.status = isFailed ? StatusKind::Error : StatusKind::Warning;
    state.phase = isFailed ? JobBarText::tr("Failed") : JobBarText::tr("Interrupted");
    state.rest = app::engineText(run.error.message);
    state.canExplain = isFailed;
    state.canContinue = !isFailed;
}

} // namespace

JobBarState jobBarState(const RunInfo& run)
{
    JobBarState state;
    state.folder = run.folder;
    state.name = run.name;
    if (app::runs::isActive(run.status)) {
        describeActive(state, run);
    } else {
        describeEnded(state, run);
    }
    if (run.lastLoss) {
        state.loss = app::formatLoss(*run.lastLoss);
    }
    if (run.status == RunStatus::Starting) {
        showShare(state, run.workShare);
    } else if (run.totalSteps > 0) {
        //: A step of all steps, "1,240 / 2,676"
        state.steps = JobBarText::tr("%1 / %2").arg(app::formatCount(run.step),
                                                    app::formatCount(run.totalSteps));
        showShare(state, run.share());
    }
    for (const QPointF& point : run.lossPoints) {
        state.points.append(point.y());
    }
    return state;
}

JobBarState idleJobBarState(const RunInfo* last)
{
    JobBarState state;
    state.phase = JobBarText::tr("No job running");
    if (last == nullptr) {
        return state;
    }
    state.folder = last->folder;
    const QString when = app::formatWhen(last->ended.isValid() ? last->ended : last->started);
    switch (last->status) {
    case RunStatus::Finished:
        if (const auto loss = last->bestEvalLoss ? last->bestEvalLoss : last->evalLoss) {
            //: A run, a time or day, a number
            state.rest = JobBarText::tr("Last: %1 finished, %2, validation loss %3")
                             .arg(last->name, when, app::formatLoss(*loss));
        } else {
            state.rest = JobBarText::tr("Last: %1 finished, %2").arg(last->name, when);
        }
        break;
    case RunStatus::Failed:
        state.rest = JobBarText::tr("Last: %1 failed, %2").arg(last->name, when);
        break;
    case RunStatus::Interrupted:
        state.rest = JobBarText::tr("Last: %1 was interrupted, %2").arg(last->name, when);
        break;
    default:
        state.rest = JobBarText::tr("Last: %1 was stopped, %2").arg(last->name, when);
        break;
    }
    return state;
}

QString queueText(int waiting, bool isHeld)
{
    if (waiting == 0) {
        return JobBarText::tr("Queue empty");
    }
    return isHeld ? JobBarText::tr("Queue held: %n wait(s)", nullptr, waiting)
                  : JobBarText::tr("%n in queue", nullptr, waiting);
}

QString shortDeviceName(const QString& id, const QString& name)
{
    if (id == QLatin1String("cpu") || name.isEmpty()) {
        return JobBarText::tr("CPU");
    }
    static const QRegularExpression kFiller(
        QStringLiteral("\\b(NVIDIA|GeForce|AMD|Radeon|Laptop|GPU|Graphics)\\b"));
    QString brief = name;
    brief = brief.remove(kFiller).simplified();
    return brief.isEmpty() ? name : brief;
}

} // namespace ui::shell
