// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a job will need, known before anything is computed: parameters and disk.
#pragma once

#include "engine/contract/job.h"
#include "engine/methods/method.h"
#include "engine/nn/blueprint.h"

#include <cstdint>
#include <vector>

namespace engine::estimate {

struct Estimate
{
    int64_t totalParameters = 0;     // of the base model
    int64_t trainableParameters = 0; // what its methods train
    int64_t adapterBytes = 0;        // one saved adapter (float32)
    int64_t checkpointBytes = 0;     // one checkpoint: adapter and both moments
    int64_t diskBytes = 0;           // the run folder at its fullest
    std::vector<methods::PlannedTarget> targets;
};

// The settings of all methods are complete. Throws Failure as methods::planOf.
Estimate estimate(const contract::Job& job, const nn::Blueprint& blueprint);

} // namespace engine::estimate
