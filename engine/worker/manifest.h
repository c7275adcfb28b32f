// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// manifest.json: what a finished run consists of and where it came from. Without it a run is not
// finished.
#pragma once

#include "engine/contract/event.h"
#include "engine/contract/job.h"
#include "engine/contract/run_folder.h"

#include <vector>

namespace engine::worker {

// Settings that `resume --set` added to the job, a list of key=value; job.json itself is never
// edited.
inline constexpr const char* kExtensionFile = "extension.json";

// Lists every file of the run but journal, log, lock and control, with size and SHA-256. Written
// last, atomically.
void writeManifest(const contract::RunFolder& run,
                   const contract::Job& job,
                   const contract::Value& resolved);

// Throws Failure(bad_file) naming what is missing.
std::vector<contract::OutputFile> readManifestFiles(const contract::RunFolder& run);

} // namespace engine::worker
