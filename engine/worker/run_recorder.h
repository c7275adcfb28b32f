// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Writes what the training loop tells into the run folder and the event stream. Compute thread
// only.
#pragma once

#include "engine/contract/run_folder.h"
#include "engine/device/append_file.h"
#include "engine/train/trainer.h"
#include "engine/worker/event_writer.h"
#include "engine/worker/profile_file.h"
#include "engine/worker/rank_metrics_file.h"

#include <functional>

namespace engine::worker {

class RunRecorder final : public train::TrainListener
{
public:
    // `sample` answers the sample prompts of a step.
    RunRecorder(const contract::RunFolder& run,
                EventWriter& events,
                std::function<void(int64_t step)> sample);

    // Drops the rows of the metrics after this step: they will be written again.
    void rewindTo(int64_t step);

    const ProfileFile& profile() const { return m_profile; }

    void onPhase(std::string_view phase) override;
    void onStep(const contract::event::Step& step) override;
    void onEvaluation(int64_t step, const evaluate::Evaluation& evaluation, bool isBest) override;
    void onRow(const contract::event::Step& step, std::optional<double> evaluationLoss) override;
    void onSampleDue(int64_t step) override;
    void onCheckpoint(int64_t step, const std::filesystem::path& path) override;
    void onEarlyStop(int64_t step) override;
    void onPaused(bool isPaused) override;
    void onNote(const std::string& text) override { m_events.note(text); }

private:
    ProfileFile m_profile;
    contract::RunFolder m_run;
    EventWriter& m_events;
    std::function<void(int64_t step)> m_sample;
    device::AppendFile m_metrics;
    RankMetricsFile m_rankMetrics;
    double m_epoch = 0; // of the last step
};

} // namespace engine::worker
