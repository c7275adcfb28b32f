// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The training loop. It knows a model, a tuning, batches and an objective; who listens and where
// files go it does not. Compute thread only.
#pragma once

#include "engine/contract/event.h"
#include "engine/contract/job.h"
#include "engine/data/batcher.h"
#include "engine/evaluate/evaluation.h"
#include "engine/methods/method.h"
#include "engine/objectives/objective.h"
#include "engine/objectives/sample_list.h"
#include "engine/train/checkpoint.h"
#include "engine/train/control.h"
#include "engine/train/schedule.h"
#include "engine/train/step_executor.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine::train {

// What the loop tells; every function is called between steps, on the compute thread.
class TrainListener
{
public:
    virtual ~TrainListener() = default;

    virtual void onPhase(std::string_view phase) = 0;
    virtual void onStep(const contract::event::Step& step) = 0;
    virtual void
    onEvaluation(int64_t step, const evaluate::Evaluation& evaluation, bool isBest) = 0;
    // The row of metrics.csv, once per step and before any checkpoint of that step.
    virtual void onRow(const contract::event::Step& step, std::optional<double> evaluationLoss) = 0;
    // Time to generate the sample prompts.
    virtual void onSampleDue(int64_t step) = 0;
    virtual void onCheckpoint(int64_t step, const std::filesystem::path& path) = 0;
    virtual void onEarlyStop(int64_t step) = 0;
    virtual void onPaused(bool isPaused) = 0;
    // How a device computes, whenever that changes; for the log.
    virtual void onNote(const std::string& text) = 0;
};

enum class Outcome { Finished, Stopped };

struct TrainerParts
{
    nn::Decoder& decoder;
    methods::Tuning& tuning;
    const objectives::Objective& objective;
    objectives::SampleList samples;
    objectives::SampleList validation; // may be empty
    data::Batcher& batcher;
    const CheckpointStore& checkpoints;
    Control& control;
    TrainListener& listener;
    contract::Value resolved; // kept in every checkpoint
    nn::Recompute recompute = nn::Recompute::None;
};

class Trainer
{
public:
    // `maxTokens`: of an evaluation micro-batch.
    Trainer(TrainerParts parts, const contract::TrainingSection& settings, int64_t maxTokens);

    // Continues from the newest checkpoint that can be read; returns its step, or nothing when
    // there is none.
    std::optional<int64_t> resume();

    // Trains to the end, or until asked to stop (a checkpoint is written first).
    // Throws Failure(diverged) for a loss, gradient or validation loss that is no number,
    // Failure(disk_full).
    Outcome run();

    const TrainState& state() const { return m_state; }
    int64_t totalSteps() const { return m_totalSteps; }
    // How steps are computed on a device; empty on the processor.
    std::string executorNote() const;

private:
    int64_t countSteps();
    contract::event::Step trainStep();
    std::vector<objectives::TokenBatch> nextBatches();
    void noteExecutor();
    void advance();
    std::optional<double> evaluateIfDue();
    evaluate::Evaluation evaluated();
    void saveIfDue(bool force);
    bool isDue(int64_t every) const;
    bool obeyControl();

    TrainerParts m_parts;
    contract::TrainingSection m_settings;
    int64_t m_maxTokens;
    Optimizer m_optimizer;
    std::unique_ptr<StepExecutor> m_executor;
    TrainState m_state;
    int64_t m_totalSteps;
    Schedule m_schedule;
    int64_t m_savedStep = -1;
    std::string m_note;        // told last
    bool m_isEpochEnd = false; // the last step finished an epoch
};

} // namespace engine::train
