// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/run_info.h"

namespace app::runs {

bool isActive(RunStatus status)
{
    switch (status) {
    case RunStatus::Starting:
    case RunStatus::Running:
    case RunStatus::Paused:
    case RunStatus::Stopping:
        return true;
    case RunStatus::Queued:
    case RunStatus::Finished:
    case RunStatus::Stopped:
    case RunStatus::Interrupted:
    case RunStatus::Failed:
        return false;
    }
    Q_UNREACHABLE();
}

bool isContinuable(RunStatus status)
{
    return status == RunStatus::Stopped || status == RunStatus::Interrupted
           || status == RunStatus::Failed;
}

} // namespace app::runs
