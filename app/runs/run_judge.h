// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a run folder says about its run, by contract sections 3 and 4: success is stated by the
// manifest and the sizes of its files, never inferred. Worker threads: reads files.
#pragma once

#include "app/runs/run_info.h"

#include <vector>

namespace app::runs {

// The whole story of one folder. Of a folder without a readable job.json the name and a Failed
// status with the cause.
RunInfo readRun(const QString& folder);

// Every run folder (one that holds a job.json) inside the runs folder, newest first.
std::vector<RunInfo> readRuns(const QString& runsFolder);

// Empty when the manifest is there and all it lists exists with its size; else what is wrong.
QString outputsProblem(const QString& folder);

// The last lines of engine.log.
QString readLogTail(const QString& folder, int lines = 30);

// What job.json tells, put into the info: names, paths, the method's title. Used for queued jobs
// too.
void describeJob(RunInfo& info, const engine::contract::Value& job);

} // namespace app::runs
