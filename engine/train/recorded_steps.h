// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Steps as recordings: micro-batches are padded to a few sizes, forward and backward of each size
// are recorded and played, and so is the update. Between them stand copies of what changes: tokens,
// offsets, seeds, learning rate. The device is waited for once a step, to read loss and norm.
#pragma once

#include "engine/kernels/registry.h"
#include "engine/nn/dropout_seeds.h"
#include "engine/train/recording_plan.h"
#include "engine/train/step_executor.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace engine::train {

// Empty where steps can be recorded, else why not: the processor, a loss that waits, a trained
// head.
std::string whyNotRecordable(const StepParts& parts);

class RecordedSteps final : public StepExecutor
{
public:
    // Through the functions of kernels::deviceKernels(), wherever the decoder's tensors are.
    explicit RecordedSteps(StepParts parts);

    StepGradient gradients(const std::vector<objectives::TokenBatch>& batches,
                           int64_t trained) override;
    void update(double learningRate) override;
    std::string description() const override;

    const RecordingPlan& plan() const { return m_plan; }

private:
    // The buffers of one size, and what was recorded over them.
    struct Slot
    {
        at::Tensor numbers;
        objectives::TokenBatch batch;
        std::unique_ptr<kernels::RecordedStep> recording;
    };

    StepGradient collected(const std::vector<objectives::TokenBatch>& batches, int64_t trained);
    void compute(const objectives::TokenBatch& batch);
    void recordOrLaunch(const StepBucket& bucket, Slot& slot);
    bool record(Slot& slot, const kernels::Sequences& sequences, const std::function<void()>& work);
    void keepAsRecorded(const StepBucket& bucket);
    void refuse(const std::string& reason);
    Slot& filled(const StepBucket& bucket, const objectives::TokenBatch& batch);
    void forgetMoved();

    StepParts m_parts;
    RecordingPlan m_plan;
    std::map<StepBucket, Slot> m_slots;
    nn::DropoutSeeds m_seeds;
    const void* m_parameters = nullptr; // where they lay when recordings were made
    at::Tensor m_factor;                // float32 scalar: 1 / trained tokens of the step
    at::Tensor m_loss;                  // float64 scalar, summed over the micro-batches
    at::Tensor m_correct;               // int64 scalar, likewise
};

} // namespace engine::train
