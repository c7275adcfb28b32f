// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// AdamW over the flat buffer of a tuning method, with its clipping and its state: as torch or as
// loralib writes it, or with moments in 8 bits. Compute thread only.
#pragma once

#include "engine/contract/job.h"
#include "engine/kernels/adamw.h"
#include "engine/methods/method.h"
#include "engine/nn/parameter_buffer.h"
#include "engine/train/packed_moments.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace engine::train {

class Optimizer
{
public:
    // The buffer must outlive this.
    Optimizer(nn::ParameterBuffer& buffer, const contract::TrainingSection& settings);

    // L2 norm of all gradients before clipping; scales them down to max_grad_norm where they are
    // longer.
    double clipGradients();
    // One update with this learning rate; step counts from 1. Of the tensors in `partial` only what
    // is named there, by its own count of steps. Throws Failure(unsupported) for those with
    // moments in 8 bits.
    void step(double learningRate, const std::vector<methods::PartialUpdate>& partial = {});

    // Whether clipping and update can be recorded: the functions below are for these.
    bool isRecordable() const;
    // The same on a device without a wait: learning rate, step and clip factor lie in its memory,
    // so that clipping and update can be recorded. Returns the norm, a float32 scalar there.
    at::Tensor clipOnDevice();
    // What the next update goes by; step counts from 1.
    void prepareOnDevice(double learningRate);
    void updateOnDevice();

    int64_t steps() const { return m_steps; }
    at::Tensor& firstMoments() { return m_first; }   // float32 [numbers], or none in 8 bits
    at::Tensor& secondMoments() { return m_second; } // float32 [numbers], or none in 8 bits
    // What a checkpoint holds beside the steps, by name; to restore it, it is written to.
    std::vector<std::pair<std::string, at::Tensor>> stored() const;
    void restoreSteps(int64_t steps) { m_steps = steps; }

private:
    // Neighbouring tensors with the same factor and decay share one call.
    struct Segment
    {
        int64_t begin;
        int64_t count;
        double learningRateFactor;
        bool decays;
    };

    // Of all tensors but those in `partial`.
    std::vector<Segment> segmentsBut(const std::vector<methods::PartialUpdate>& partial) const;
    void stepPacked(double learningRate, const std::vector<methods::PartialUpdate>& partial);
    void updatePart(const methods::PartialUpdate& part, double learningRate);
    kernels::AdamwSettings
    settingsOf(double learningRateFactor, bool decays, double learningRate) const;
    at::Tensor& control();

    nn::ParameterBuffer& m_buffer;
    contract::TrainingSection m_settings;
    kernels::AdamwForm m_form;
    std::vector<Segment> m_segments;
    std::optional<PackedMomentStore> m_packed; // instead of the two below
    at::Tensor m_first;
    at::Tensor m_second;
    at::Tensor m_control; // float32 [3] on a device: learning rate, step, clip factor
    int64_t m_steps = 0;
};

} // namespace engine::train
