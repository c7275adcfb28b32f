// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// How an optimiser step is computed: launched part by part, or recorded once and played. The
// training loop does not know which. Compute thread only.
#pragma once

#include "engine/methods/method.h"
#include "engine/objectives/objective.h"
#include "engine/train/optimizer.h"

#include <memory>
#include <string>
#include <vector>

namespace engine::train {

struct StepGradient
{
    double loss = 0;     // mean over the step's trained tokens
    int64_t correct = 0; // of them, those predicted first
    double norm = 0;     // of the gradients before they were limited
};

// What a step is computed with; all must outlive the executor.
struct StepParts
{
    nn::Decoder& decoder;
    methods::Tuning& tuning;
    const objectives::Objective& objective;
    Optimizer& optimizer;
    bool hasNoise = false; // every pass brings noise of its own
};

class StepExecutor
{
public:
    virtual ~StepExecutor() = default;

    // Gradients of the mean loss over `trained` tokens of all micro-batches, limited to
    // max_grad_norm, in the parameter buffer. Each batch's pass says its seed.
    virtual StepGradient gradients(const std::vector<objectives::TokenBatch>& batches,
                                   int64_t trained) = 0;
    // Applies them.
    virtual void update(double learningRate) = 0;

    // How steps are computed now, for the log; empty where there is nothing to say.
    virtual std::string description() const { return {}; }
};

// Launches everything as it comes, on any device.
class LaunchedSteps final : public StepExecutor
{
public:
    explicit LaunchedSteps(StepParts parts) : m_parts(parts) {}

    StepGradient gradients(const std::vector<objectives::TokenBatch>& batches,
                           int64_t trained) override;
    void update(double learningRate) override;
    std::string description() const override;

private:
    StepParts m_parts;
};

// Recorded on a device where loss and head allow it, else launched.
std::unique_ptr<StepExecutor> makeStepExecutor(const StepParts& parts);

// What the process holds: resident memory, or on a device the most its tensors have taken.
int64_t memoryBytes(at::Device device);

} // namespace engine::train
