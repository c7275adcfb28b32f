// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Proof of exact resume: N steps at one go against the same steps killed half-way and resumed, in
// processes of their own.
#pragma once

#include "engine/contract/job.h"

#include <filesystem>
#include <string>

namespace engine::worker {

struct ResumeProof
{
    bool passed = false;
    std::string detail; // what was compared, or the first difference
};

// Trains min(the job's steps, 20) steps three times over in `scratch`. Throws Failure when a run
// fails by itself.
ResumeProof proveResume(const contract::Job& job, const std::filesystem::path& scratch);

} // namespace engine::worker
