// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The verdict on a run whose engine we started: what its folder says together with how the program
// ended. A lie, a crash and a refusal are told apart, each with its cause.
#pragma once

#include "app/engine/engine_process.h"
#include "app/runs/run_info.h"

#include <optional>

namespace app::runs {

struct RunEnding
{
    std::optional<engine::ProcessEnd> process; // nothing: not our child, or never started
    bool saidDone = false;
    bool wasKilled = false;        // on request
    engine::contract::Error error; // of the event `failed`, or why it could not be started
    QString errorOutput;           // the end of its stderr
};

// `judged` is what readRun() said after the program had ended.
RunInfo withEnding(RunInfo judged, const RunEnding& ending);

} // namespace app::runs
