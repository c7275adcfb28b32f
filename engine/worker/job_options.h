// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A job from a command line: a job file, or --model/--data/--method with --set.
#pragma once

#include "engine/contract/job.h"
#include "engine/contract/job_arguments.h"
#include "engine/worker/verb.h"

#include <filesystem>
#include <string>

namespace engine::worker {

struct JobOptions
{
    std::string file;              // JOB
    std::vector<std::string> data; // "PATH" or "PATH:WEIGHT"
    contract::JobArguments arguments;
};

void addJobOptions(CLI::App& app, JobOptions& options);

// A job.json, with further --set applied. Throws Failure(bad_field, bad_file, …); where names the
// file's field.
contract::Job readJob(const std::filesystem::path& file,
                      const std::vector<std::string>& sets = {},
                      contract::JobUse use = contract::JobUse::Train);

// The job that the options describe: complete, with absolute paths. --seed, --device, --threads and
// --dtype count where given.
contract::Job jobOf(const JobOptions& options,
                    const CommonOptions& common,
                    contract::JobUse use = contract::JobUse::Train);

} // namespace engine::worker
