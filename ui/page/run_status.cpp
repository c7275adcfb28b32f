// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/page/run_status.h"

#include <QCoreApplication>

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
