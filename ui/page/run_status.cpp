// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/page/run_status.h"

#include "app/base/format.h"

#include <QCoreApplication>
#include <QHash>

namespace ui {

using app::runs::RunStatus;

namespace {

class RunStatusText
{
    Q_DECLARE_TR_FUNCTIONS(ui::RunStatusText)
};

} // namespace

QString statusWord(RunStatus status)
{
    switch (status) {
    case RunStatus::Queued:
        return RunStatusText::tr("Queued");
    case RunStatus::Starting:
        return RunStatusText::tr("Starting");
    case RunStatus::Running:
        return RunStatusText::tr("Training");
    case RunStatus::Paused:
        return RunStatusText::tr("Paused");
    case RunStatus::Stopping:
        return RunStatusText::tr("Stopping");
    case RunStatus::Finished:
        return RunStatusText::tr("Finished");
    case RunStatus::Stopped:
        return RunStatusText::tr("Stopped");
    case RunStatus::Interrupted:
        return RunStatusText::tr("Interrupted");
    case RunStatus::Failed:
        break;
    }
    return RunStatusText::tr("Failed");
}

QString workWord(const app::runs::RunInfo& run)
{
    // A phase, and the parts of one that tell how far they are.
    static const QHash<QString, const char*> kWords = {
        {QStringLiteral("loading_model"),
         QT_TRANSLATE_NOOP("ui::RunStatusText", "Loading the model")},
        {QStringLiteral("reading"), QT_TRANSLATE_NOOP("ui::RunStatusText", "Reading the data")},
        {QStringLiteral("tokenizing"),
         QT_TRANSLATE_NOOP("ui::RunStatusText", "Tokenizing the data")},
        {QStringLiteral("probing"), QT_TRANSLATE_NOOP("ui::RunStatusText", "Probing memory")},
        {QStringLiteral("evaluating"), QT_TRANSLATE_NOOP("ui::RunStatusText", "Evaluating")},
        {QStringLiteral("saving"), QT_TRANSLATE_NOOP("ui::RunStatusText", "Saving")},
        {QStringLiteral("exporting"), QT_TRANSLATE_NOOP("ui::RunStatusText", "Exporting")},
    };
    const auto part = kWords.constFind(run.work);
    const auto known = part == kWords.constEnd() ? kWords.constFind(run.phase) : part;
    return known == kWords.constEnd() ? RunStatusText::tr("Training") : RunStatusText::tr(*known);
}

QString workWords(const app::runs::RunInfo& run)
{
    return run.workShare < 0
               ? workWord(run)
               : workWord(run) + QStringLiteral(" · ") + app::formatPercent(run.workShare, 0);
}

StatusKind statusKind(RunStatus status)
{
    switch (status) {
    case RunStatus::Starting:
    case RunStatus::Running:
        return StatusKind::Active;
    case RunStatus::Finished:
        return StatusKind::Ok;
    case RunStatus::Paused:
    case RunStatus::Stopping:
    case RunStatus::Interrupted:
        return StatusKind::Warning;
    case RunStatus::Failed:
        return StatusKind::Error;
    case RunStatus::Queued:
    case RunStatus::Stopped:
        break;
    }
    return StatusKind::Idle;
}

} // namespace ui
