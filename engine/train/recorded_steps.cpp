// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/train/recorded_steps.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

#include <algorithm>

namespace engine::train {

namespace {

constexpr const char* kNoMemory = "no memory is left for recordings";
// The update's place among the micro-batches: a size that none of them has.
constexpr StepBucket kUpdate{};

int64_t adaptersOf(nn::Decoder& decoder)
{
    int64_t count = 0;
    for (const nn::Linear* layer : decoder.linears()) {
        count += static_cast<int64_t>(layer->adapters().size());
    }
    return count;
}

// Such an update draws the seeds of its dropout on the processor.
bool hasOtherUpdates(nn::Decoder& decoder)
{
    const std::vector<nn::Linear*> layers = decoder.linears();
    return std::any_of(layers.begin(), layers.end(), [](const nn::Linear* layer) {
        return !layer->isFusable(nn::Pass());
    });
}

// Into memory that the device reads: through pinned memory, without a wait.
void send(at::Tensor& to, const at::Tensor& from)
{
    if (to.is_cpu()) {
        to.copy_(from);
    } else {
        to.copy_(from.pin_memory(), /*non_blocking=*/true);
    }
}

} // namespace

std::string whyNotRecordable(const StepParts& parts)
{
    if (parts.decoder.device().is_cpu()) {
        return "the processor needs no recordings";
    }
    if (!parts.objective.takesPlacedTargets) {
        return "the objective " + std::string(parts.objective.id) + " waits for its loss";
    }
    if (!parts.decoder.isHeadFrozen()) {
        return "the output head is trained";
    }
    if (parts.tuning.hasSteps()) {
        return "the method changes with every step";
    }
    if (parts.hasNoise) {
        return "noise is drawn for every step";
    }
    if (!parts.optimizer.isRecordable()) {
        return "the optimizer is not recorded";
    }
    if (hasOtherUpdates(parts.decoder)) {
        return "an update is not low-rank";
    }
    return parts.decoder.hasAdditions() ? "the method adds to the model" : std::string();
}

RecordedSteps::RecordedSteps(StepParts parts)
    : m_parts(parts), m_seeds(adaptersOf(parts.decoder), parts.decoder.device())
{
    const auto scalar = [&](at::ScalarType type) {
        return at::zeros({}, at::dtype(type).device(m_parts.decoder.device()));
    };
    m_factor = scalar(at::kFloat);
    m_loss = scalar(at::kDouble);
    m_correct = scalar(at::kLong);
}

StepGradient RecordedSteps::gradients(const std::vector<objectives::TokenBatch>& batches,
                                      int64_t trained)
{
    forgetMoved();
    try {
        return collected(batches, trained);
    } catch (const c10::OutOfMemoryError&) {
        if (m_plan.recordings() == 0) {
            throw;
        }
    }
    // Without recordings the same step may fit.
    refuse(kNoMemory);
    return collected(batches, trained);
}

StepGradient RecordedSteps::collected(const std::vector<objectives::TokenBatch>& batches,
                                      int64_t trained)
{
    StepGradient result;
    kernels::deviceKernels().onRecordingStream(m_parts.decoder.device(), [&] {
        m_parts.tuning.parameters().gradients().zero_();
        m_loss.zero_();
        m_correct.zero_();
        m_factor.fill_(1.0 / static_cast<double>(std::max<int64_t>(trained, 1)));
        for (const objectives::TokenBatch& batch : batches) {
            const StepBucket bucket = bucketOf(batch);
            const RecordingPlan::Action action = m_plan.next(bucket);
            Slot& slot = filled(bucket, batch);
            switch (action) {
            case RecordingPlan::Action::Launch:
                compute(slot.batch);
                break;
            case RecordingPlan::Action::Record:
                recordOrLaunch(bucket, slot);
                break;
            case RecordingPlan::Action::Play:
                slot.recording->play(slot.batch.pass.sequences);
                break;
            }
        }
        const at::Tensor norm = m_parts.optimizer.clipOnDevice();
        const at::Tensor read =
            at::stack({m_loss, m_correct.to(at::kDouble), norm.to(at::kDouble)}).cpu();
        const auto* numbers = read.const_data_ptr<double>();
        result = {numbers[0], static_cast<int64_t>(numbers[1]), numbers[2]};
    });
    return result;
}

// Forward and backward of one micro-batch: what is recorded.
void RecordedSteps::compute(const objectives::TokenBatch& batch)
{
    const kernels::TokenLoss part = m_parts.objective.loss(m_parts.decoder, batch);
    const at::Tensor mean = part.lossSum * m_factor;
    mean.backward();
    m_loss.add_(mean.detach());
    m_correct.add_(part.correctSum);
}

void RecordedSteps::recordOrLaunch(const StepBucket& bucket, Slot& slot)
{
    const kernels::Sequences sequences = slot.batch.pass.sequences;
    slot.batch.pass.sequences = fullSequences(bucket);
    const bool isRecorded =
        record(slot, slot.batch.pass.sequences, [this, &slot] { compute(slot.batch); });
    slot.batch.pass.sequences = sequences;
    if (!isRecorded) {
        compute(slot.batch);
        return;
    }
    slot.recording->play(sequences);
    keepAsRecorded(bucket);
}

// False where it cannot be recorded; nothing is from then on.
bool RecordedSteps::record(Slot& slot,
                           const kernels::Sequences& sequences,
                           const std::function<void()>& work)
{
    const kernels::DeviceKernels& device = kernels::deviceKernels();
    try {
        slot.recording = device.record(sequences, work);
    } catch (const c10::OutOfMemoryError&) {
        refuse(kNoMemory);
        return false;
    } catch (const c10::Error& error) {
        refuse(error.what_without_backtrace());
        return false;
    }
    if (slot.recording == nullptr) {
        refuse("attention is " + device.attentionBackend());
        return false;
    }
    return true;
}

void RecordedSteps::keepAsRecorded(const StepBucket& bucket)
{
    if (const auto gone = m_plan.recorded(bucket)) {
        m_slots.erase(*gone);
    }
}

// Recordings hold memory of their own as long as they are there.
void RecordedSteps::refuse(const std::string& reason)
{
    m_plan.refuse(reason);
    for (auto& [bucket, slot] : m_slots) {
        slot.recording.reset();
    }
}

RecordedSteps::Slot& RecordedSteps::filled(const StepBucket& bucket,
                                           const objectives::TokenBatch& batch)
{
    Slot& slot = m_slots[bucket];
    if (!slot.numbers.defined()) {
        slot.numbers =
            at::zeros({numbersOf(bucket)}, at::dtype(at::kLong).device(m_parts.decoder.device()));
        slot.batch = batchOver(slot.numbers, bucket);
    }
    send(slot.numbers, paddedNumbers(batch, bucket));
    slot.batch.labelSmoothing = batch.labelSmoothing;
    nn::Pass& pass = slot.batch.pass;
    pass.sequences = paddedSequences(batch.pass.sequences, bucket);
    pass.training = batch.pass.training;
    pass.seed = batch.pass.seed;
    pass.recompute = batch.pass.recompute;
    pass.seeds = &m_seeds;
    m_seeds.write(pass.seed);
    return slot;
}

// A recording reads and writes the trained numbers where they were.
void RecordedSteps::forgetMoved()
{
    const void* parameters = m_parts.tuning.parameters().values().const_data_ptr();
    if (parameters != m_parameters) {
        m_slots.clear();
        m_plan.forget();
        m_parameters = parameters;
    }
}

void RecordedSteps::update(double learningRate)
{
    kernels::deviceKernels().onRecordingStream(m_parts.decoder.device(), [&] {
        m_parts.optimizer.prepareOnDevice(learningRate);
        const RecordingPlan::Action action = m_plan.next(kUpdate);
        Slot& slot = m_slots[kUpdate];
        const auto work = [this] { m_parts.optimizer.updateOnDevice(); };
        if (action == RecordingPlan::Action::Record && record(slot, {}, work)) {
            keepAsRecorded(kUpdate);
        }
        if (slot.recording != nullptr) {
            slot.recording->play({});
        } else {
            work();
        }
    });
}

std::string RecordedSteps::description() const
{
    if (!m_plan.refusal().empty()) {
        return "steps launched part by part: " + m_plan.refusal();
    }
    return "steps recorded: " + std::to_string(m_plan.recordings()) + " recordings";
}

} // namespace engine::train
