// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/run_texts.h"

#include "app/base/format.h"

#include <QCoreApplication>

namespace ui::pages::runs {

using app::runs::RunInfo;
using app::runs::RunStatus;

namespace {

class Texts
{
    Q_DECLARE_TR_FUNCTIONS(ui::pages::runs::Texts)
};

QString joined(const QStringList& parts)
{
    return parts.join(QStringLiteral(" · "));
}

QString stepWord(const RunInfo& run)
{
    return run.totalSteps > 0
               ? Texts::tr("%1 of %2")
                     .arg(app::formatCount(run.step), app::formatCount(run.totalSteps))
               : app::formatCount(run.step);
}

} // namespace

widgets::Chip::Kind chipKind(RunStatus status)
{
    switch (statusKind(status)) {
    case StatusKind::Active:
        return widgets::Chip::Kind::Accent;
    case StatusKind::Ok:
        return widgets::Chip::Kind::Ok;
    case StatusKind::Warning:
        return widgets::Chip::Kind::Warning;
    case StatusKind::Error:
        return widgets::Chip::Kind::Error;
    case StatusKind::Idle:
        break;
    }
    return widgets::Chip::Kind::Neutral;
}

QString stateWord(const RunInfo& run)
{
    const bool hasPhase = run.status == RunStatus::Running
                          || (run.status == RunStatus::Starting && !run.phase.isEmpty());
    return hasPhase ? workWords(run) : statusWord(run.status);
}

QString listLine(const RunInfo& run)
{
    switch (run.status) {
    case RunStatus::Running:
    case RunStatus::Stopping:
    case RunStatus::Paused: {
        QStringList parts;
        if (run.status != RunStatus::Running) {
            parts.append(statusWord(run.status).toLower());
        }
        if (run.totalSteps > 0) {
            parts.append(app::formatPercent(run.share(), 0));
        }
        if (run.evalLoss) {
            parts.append(Texts::tr("validation %1").arg(app::formatLoss(*run.evalLoss)));
        } else if (run.lastLoss) {
            parts.append(Texts::tr("loss %1").arg(app::formatLoss(*run.lastLoss)));
        }
        return joined(parts);
    }
    case RunStatus::Finished: {
        QStringList parts(app::formatDuration(run.seconds));
        if (run.bestEvalLoss) {
            parts.append(Texts::tr("best %1").arg(app::formatLoss(*run.bestEvalLoss)));
        } else if (run.lastLoss) {
            parts.append(Texts::tr("loss %1").arg(app::formatLoss(*run.lastLoss)));
        }
        return joined(parts);
    }
    case RunStatus::Stopped:
        return run.step > 0 ? Texts::tr("stopped at %1").arg(stepWord(run))
                            : Texts::tr("stopped before the first step");
    case RunStatus::Interrupted:
        return run.step > 0 ? Texts::tr("interrupted at %1").arg(stepWord(run))
                            : Texts::tr("interrupted before the first step");
    case RunStatus::Failed:
        return run.step > 0 ? Texts::tr("failed at step %1").arg(app::formatCount(run.step))
                            : Texts::tr("failed before the first step");
    case RunStatus::Starting:
        return run.phase.isEmpty() ? Texts::tr("starting") : workWords(run).toLower();
    case RunStatus::Queued:
        break;
    }
    return Texts::tr("waiting");
}

QString headingFact(const RunInfo& run)
{
    QStringList parts;
    for (const QString& part : {run.baseName, run.method}) {
        if (!part.isEmpty()) {
            parts.append(part);
        }
    }
    if (run.trainableParameters > 0 && run.totalParameters > 0) {
        const double share =
            static_cast<double>(run.trainableParameters) / static_cast<double>(run.totalParameters);
        parts.append(
            Texts::tr("%1 trainable, %2")
                .arg(app::formatShort(run.trainableParameters), app::formatPercent(share)));
    } else if (run.trainableParameters > 0) {
        parts.append(Texts::tr("%1 trainable").arg(app::formatShort(run.trainableParameters)));
    }
    return joined(parts);
}

bool isOver(RunStatus status)
{
    return !app::runs::isActive(status) && status != RunStatus::Queued;
}

} // namespace ui::pages::runs
