// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a run folder says about its run, by contract sections 3 and 4: success is stated by the
// manifest and the sizes of its files, never inferred. Reads files: for worker threads.
#pragma once

#include "app/runs/run_info.h"

#include <vector>

namespace app::runs {

// The whole story of one folder. Of a folder without a readable job.json: its name, Failed, and the
// cause.
RunInfo readRun(const QString& folder);

// Every run folder (one that holds a job.json) inside the runs folder, newest first.
std::vector<RunInfo> readRuns(const QString& runsFolder);

// Empty when the manifest is there and what it lists exists with its size, else what is wrong.
// Checkpoints are not looked for: they may be thinned out later.
QString outputsProblem(const QString& folder);

// The last lines of engine.log.
QString readLogTail(const QString& folder, int lines = 30);

} // namespace app::runs
