// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One training run in its folder, from the first file to the manifest. Compute thread only.
#pragma once

#include "engine/contract/job.h"
#include "engine/contract/run_folder.h"
#include "engine/train/control.h"
#include "engine/worker/event_writer.h"

#include <string>
#include <vector>

namespace engine::worker {

enum class RunStart { New, Resume };

// Trains `job` in `run`, or continues it there. A finished run is left alone.
// Ends with the event `done`. Returns false when it was asked to stop (a checkpoint is written, no
// `done`). Throws Failure; (run_busy) when another engine works there.
bool runTrainingJob(const contract::RunFolder& run,
                    const contract::Job& job,
                    RunStart start,
                    EventWriter& events,
                    train::Control& control);

// The job of a run folder, with what `resume --set` extended it by.
contract::Job readRunJob(const contract::RunFolder& run);

} // namespace engine::worker
