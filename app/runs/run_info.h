// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One run as lists, cards and the job bar show it: what its folder says, and what was heard since.
// Plain value.
#pragma once

#include "app/engine/contract.h"

#include <QDateTime>
#include <QMetaType>
#include <QPointF>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace app::runs {

// Queued is of jobs only. Finished, Stopped, Interrupted and Failed are final until it is
// continued.
enum class RunStatus {
    Queued,
    Starting,
    Running,
    Paused,
    Stopping,
    Finished,
    Stopped,
    Interrupted,
    Failed,
};

// An engine works on it.
bool isActive(RunStatus status);
// It can be continued from its last checkpoint (or from the beginning when it has none).
bool isContinuable(RunStatus status);

struct RunInfo
{
    QString folder; // absolute
    QString id;     // of the job
    QString name;   // output.name, else the folder's

    QString baseName;
    QString basePath;
    QString dataName;
    QString dataPath;
    QString methodId;
    qint64 rank = 0;      // 0 = the method has none
    QString quantization; // in which the base is held; empty: as stored
    QStringList variants; // "DoRA", "PiSSA": what the method's options are known as
    // "nf4 · LoRA r 16 · DoRA"; with the id in place of the name until the engine has said hello.
    QString method;
    qint64 trainableParameters = 0; // 0 = not known yet
    qint64 totalParameters = 0;

    RunStatus status = RunStatus::Starting;
    bool isOwn = false;          // its engine is our child
    bool doesNotRespond = false; // our child has said nothing for 30 s
    QString phase;               // "training", "tokenizing", … while it is active
    QString work;                // of a phase without steps: "reading", "tokenizing"
    double workShare = -1;       // of it, 0…1; -1 = not known
    qint64 step = 0;
    qint64 totalSteps = 0; // 0 = not known yet
    QDateTime started;
    QDateTime ended;         // of the last line when it is over
    double seconds = 0;      // of training, over all its parts
    double secondsLeft = -1; // -1 = not known
    double tokensPerSecond = 0;
    qint64 memoryBytes = 0;

    std::optional<double> lastLoss;
    std::optional<double> evalLoss;
    std::optional<double> bestEvalLoss;
    qint64 bestStep = -1;
    qint64 lastCheckpoint = -1;      // its step; -1 = none
    std::vector<QPointF> lossPoints; // (step, smoothed loss), at most 64: for a sparkline

    // Of Failed, Stopped and Interrupted: the cause, what to do, and the end of the log.
    engine::contract::Error error;
    QString logTail;

    double share() const // of the steps, 0…1
    {
        return totalSteps > 0 ? static_cast<double>(step) / static_cast<double>(totalSteps) : 0;
    }
};

} // namespace app::runs

Q_DECLARE_METATYPE(app::runs::RunStatus)
