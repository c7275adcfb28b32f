// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a job will need, known before anything is computed: parameters and disk.
#pragma once

#include "engine/contract/job.h"
#include "engine/estimate/parts.h"
#include "engine/methods/method.h"
#include "engine/nn/blueprint.h"

#include <cstdint>
#include <string>
#include <vector>

namespace engine::estimate {

struct Estimate
{
    int64_t totalParameters = 0;     // of the base model
    int64_t trainableParameters = 0; // what its methods train
    int64_t adapterBytes = 0;        // one saved adapter (float32)
    int64_t checkpointBytes = 0;     // one checkpoint: adapter and both moments
    int64_t diskBytes = 0;           // the run folder at its fullest
    int64_t trainedBytes = 0;        // in memory: numbers, gradients and both moments
    int64_t momentBytes = 0; // of these, both moments: 8 a number, with adamw_8bit 2 and scales
    int64_t deviceBytes = 0; // of these, on a GPU: moments in 8 bits stay in this machine's memory
    int64_t virtualTokens = 0; // positions of the context that the method takes
    std::vector<methods::PlannedTarget> targets;
    std::vector<Part> parts; // what is trained, by part of the model
};

// The settings of all methods are complete. Throws Failure as methods::planOf.
Estimate estimate(const contract::Job& job, const nn::Blueprint& blueprint);

// What a method would train on the model with its default settings.
struct Outlook
{
    std::string method;
    int64_t trainableParameters = 0;
    std::string refusal; // why there is nothing to train; empty where there is
};

// Of every registered method.
std::vector<Outlook> outlooks(const nn::Blueprint& blueprint);

} // namespace engine::estimate
