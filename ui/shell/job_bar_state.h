// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the job bar says, worked out from what the studio knows. Plain value, no widgets.
#pragma once

#include "ui/theme/tone.h"

#include <QList>
#include <QString>

namespace app::runs {
struct RunInfo;
}

namespace ui::shell {

struct JobBarState
{
    StatusKind status = StatusKind::Idle;
    QString folder; // of the run it is about; empty = none
    QString name;
    QString phase;     // "Training", "Reading the data", "No job running"
    QString loss;      // "1.262"; empty = none yet
    QString steps;     // "1,240 / 2,676"; empty = of work that has none
    double share = -1; // 0…1, of the steps or of what comes before them; below 0 = no bar
    QString percent;
    QString rest; // "9 min 58 s left", "device is free", the cause of a failure, the last result
    QList<double> points; // of the sparkline

    bool canPause = false;
    bool canResume = false; // a paused run
    bool canStop = false;
    bool canContinue = false; // an interrupted one, from its checkpoint
    bool canExplain = false;  // "Why?"
};

// A run that an engine works on, or one that ended badly and has not been looked at.
JobBarState jobBarState(const app::runs::RunInfo& run);
// Nothing runs. `last` is the run that ended last, or nullptr.
JobBarState idleJobBarState(const app::runs::RunInfo* last);

// "Queue empty", "2 in queue", "Queue held: 2 wait"
QString queueText(int waiting, bool isHeld);

// "RTX 4060" for "NVIDIA GeForce RTX 4060 Laptop GPU", "CPU" for a processor.
QString shortDeviceName(const QString& id, const QString& name);

} // namespace ui::shell
