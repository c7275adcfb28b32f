// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/run_recorder.h"

#include "engine/contract/metrics_row.h"
#include "engine/device/files.h"

#include <limits>

namespace engine::worker {

using contract::Value;

RunRecorder::RunRecorder(const contract::RunFolder& run,
                         EventWriter& events,
                         std::function<void(int64_t step)> sample)
    : m_run(run), m_events(events), m_sample(std::move(sample)), m_metrics(run.metrics()),
      m_rankMetrics(run.rankMetrics())
{
    if (m_metrics.size() == 0) {
        m_metrics.appendLine(contract::metricsHeader());
    }
}

void RunRecorder::rewindTo(int64_t step)
{
    m_rankMetrics.rewindTo(step);
    const std::string text =
        device::readFile(m_run.metrics(), std::numeric_limits<uint64_t>::max());
    std::size_t begin = text.find('\n') == std::string::npos ? 0 : text.find('\n') + 1;
    while (begin < text.size()) {
        const std::size_t end = text.find('\n', begin);
        const auto row =
            end == std::string::npos
                ? contract::Result<contract::MetricsRow>(contract::Error{})
                : contract::parseMetrics(std::string_view(text).substr(begin, end - begin));
        if (!row || row.value().step.step > step) {
            break;
        }
        begin = end + 1;
    }
    m_metrics.truncateTo(begin);
    if (begin == 0) {
        m_metrics.appendLine(contract::metricsHeader());
    }
}

void RunRecorder::onPhase(std::string_view phase)
{
    m_events.send(contract::event::Phase{std::string(phase)});
}

void RunRecorder::onStep(const contract::event::Step& step)
{
    m_epoch = step.epoch;
    m_events.send(step);
    m_profile.unitDone();
}

void RunRecorder::onEvaluation(int64_t step, const evaluate::Evaluation& evaluation, bool isBest)
{
    contract::event::Eval eval;
    eval.step = step;
    eval.epoch = m_epoch;
    eval.evalLoss = evaluation.loss;
    eval.metrics = Value::object({{"perplexity", evaluation.perplexity()},
                                  {"token_accuracy", evaluation.accuracy},
                                  {"best", isBest}});
    if (!evaluation.lossByRank.empty()) {
        eval.metrics.set("loss_by_rank", Value::list(evaluation.lossByRank));
        m_rankMetrics.append(step, evaluation.lossByRank);
    }
    m_events.send(eval);
}

void RunRecorder::onRow(const contract::event::Step& step, std::optional<double> evaluationLoss)
{
    m_metrics.appendLine(contract::formatMetrics({step, evaluationLoss}));
}

void RunRecorder::onSampleDue(int64_t step)
{
    m_sample(step);
}

void RunRecorder::onCheckpoint(int64_t step, const std::filesystem::path& path)
{
    m_events.send(contract::event::Checkpoint{
        step, std::filesystem::relative(path, m_run.root()).generic_string()});
}

void RunRecorder::onEarlyStop(int64_t step)
{
    contract::event::Warning warning;
    warning.code = "early_stop";
    warning.message =
        "the validation loss no longer falls: stopped at step " + std::to_string(step);
    warning.hint = "The best step is kept. training.early_stopping_patience = 0 trains to the end";
    m_events.send(warning);
}

void RunRecorder::onPaused(bool isPaused)
{
    m_events.send(contract::event::Phase{isPaused ? "paused" : "training"});
}

} // namespace engine::worker
