// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/train/trainer.h"

#include "engine/device/failure.h"
#include "engine/device/seeds.h"
#include "engine/kernels/registry.h"

#include <chrono>
#include <cmath>

namespace engine::train {

namespace {

Schedule scheduleOf(const contract::TrainingSection& settings, int64_t totalSteps)
{
    Schedule schedule;
    schedule.id = settings.schedule;
    schedule.learningRate = settings.learningRate;
    schedule.totalSteps = totalSteps;
    schedule.warmupSteps = settings.warmupSteps > 0
                               ? settings.warmupSteps
                               : static_cast<int64_t>(std::ceil(settings.warmupRatio
                                                                * static_cast<double>(totalSteps)));
    return schedule;
}

void requireFinite(double value, int64_t step, const char* what)
{
    if (!std::isfinite(value)) {
        throw Failure(code::kDiverged,
                      "step " + std::to_string(step) + ": the " + what + " is not a number",
                      "Lower training.learning_rate; `lora-engine inspect model DIR --check` names "
                      "damaged weights",
                      "training.learning_rate");
    }
}

} // namespace

Trainer::Trainer(TrainerParts parts, const contract::TrainingSection& settings, int64_t maxTokens)
    : m_parts(std::move(parts)), m_settings(settings), m_maxTokens(maxTokens),
      m_optimizer(m_parts.tuning.parameters(), settings),
      m_executor(makeStepExecutor({m_parts.decoder,
                                   m_parts.tuning,
                                   m_parts.objective,
                                   m_optimizer,
                                   settings.neftuneAlpha > 0})),
      m_totalSteps(countSteps()), m_schedule(scheduleOf(settings, m_totalSteps))
{
    m_state.totalSteps = m_totalSteps;
    m_state.resolved = m_parts.resolved;
}

// max_steps, or the steps of `epochs` epochs, the last of which may be a part.
int64_t Trainer::countSteps()
{
    if (m_settings.maxSteps > 0) {
        return m_settings.maxSteps;
    }
    const auto whole = static_cast<int64_t>(std::floor(m_settings.epochs));
    double steps = 0;
    for (int64_t epoch = 0; epoch < whole; ++epoch) {
        steps += static_cast<double>(m_parts.batcher.stepsPerEpoch(epoch));
    }
    if (const double part = m_settings.epochs - static_cast<double>(whole); part > 0) {
        steps += part * static_cast<double>(m_parts.batcher.stepsPerEpoch(whole));
    }
    return std::max<int64_t>(static_cast<int64_t>(std::ceil(steps)), 1);
}

std::optional<int64_t> Trainer::resume()
{
    std::vector<int64_t> steps = m_parts.checkpoints.steps();
    while (!steps.empty()) {
        const int64_t step = steps.back();
        steps.pop_back();
        try {
            m_state = m_parts.checkpoints.load(step, m_parts.tuning.parameters(), m_optimizer);
            m_parts.tuning.remember(m_parts.checkpoints.loadMemory(step, m_parts.tuning.memory()));
            m_savedStep = step;
            // An extended job goes on where the shorter one had finished.
            m_state.isFinished = m_state.isFinished && m_state.totalSteps == m_totalSteps;
            m_state.totalSteps = m_totalSteps;
            m_state.resolved = m_parts.resolved;
            return step;
        } catch (const Failure& failure) {
            // A damaged checkpoint: the one before it is whole. The oldest one's failure is the
            // caller's.
            if (steps.empty() || failure.error().code != code::kBadFile) {
                throw;
            }
        }
    }
    return std::nullopt;
}

Outcome Trainer::run()
{
    m_parts.listener.onPhase("training");
    while (!m_state.isFinished && m_state.step < m_totalSteps) {
        if (!obeyControl()) {
            return Outcome::Stopped;
        }
        const contract::event::Step step = trainStep();
        m_parts.listener.onStep(step);
        const std::optional<double> evaluationLoss = evaluateIfDue();
        m_state.isFinished = m_state.isFinished || m_state.step == m_totalSteps;
        m_parts.listener.onRow(step, evaluationLoss);
        if (m_settings.sampleEvery > 0 && m_state.step % m_settings.sampleEvery == 0) {
            m_parts.listener.onSampleDue(m_state.step);
        }
        const bool isBest = evaluationLoss && m_state.bestStep == m_state.step;
        saveIfDue(isBest || m_state.isFinished);
    }
    return Outcome::Finished;
}

// One optimiser step: the gradient of the mean loss per trained token over all micro-batches,
// clipped, applied.
contract::event::Step Trainer::trainStep()
{
    const auto start = std::chrono::steady_clock::now();
    const std::vector<objectives::TokenBatch> batches = nextBatches();
    int64_t trained = 0;
    int64_t tokens = 0;
    for (const objectives::TokenBatch& batch : batches) {
        trained += batch.trainedTokens;
        tokens += batch.tokens;
    }
    m_parts.tuning.beginStep(m_state.step, m_totalSteps);
    const StepGradient gradient = m_executor->gradients(batches, trained);
    requireFinite(gradient.loss, m_state.step + 1, "loss");
    requireFinite(gradient.norm, m_state.step + 1, "gradient");
    const double learningRate = m_schedule.at(m_state.step);
    m_executor->update(learningRate);
    m_parts.tuning.endStep(m_state.step, m_totalSteps);
    noteExecutor();
    advance();
    m_state.tokens += tokens;
    m_state.trainedTokens += trained;

    contract::event::Step info;
    info.step = m_state.step;
    const int64_t steps = m_isEpochEnd ? 1 : m_parts.batcher.stepsPerEpoch(m_state.epoch);
    info.epoch = static_cast<double>(m_state.epoch)
                 + static_cast<double>(m_state.stepInEpoch) / static_cast<double>(steps);
    info.loss = gradient.loss;
    info.learningRate = learningRate;
    info.gradNorm = gradient.norm;
    info.tokens = m_state.tokens;
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    m_state.seconds += seconds;
    info.seconds = m_state.seconds;
    info.tokensPerSecond = static_cast<double>(tokens) / seconds;
    info.memoryBytes = memoryBytes(m_parts.decoder.device());
    info.accuracy =
        static_cast<double>(gradient.correct) / static_cast<double>(std::max<int64_t>(trained, 1));
    return info;
}

std::vector<objectives::TokenBatch> Trainer::nextBatches()
{
    std::vector<objectives::TokenBatch> batches;
    for (const data::MicroBatch& micro : m_parts.batcher.step(m_state.epoch, m_state.stepInEpoch)) {
        std::vector<text::TokenSample> samples;
        samples.reserve(micro.samples.size());
        for (const int64_t index : micro.samples) {
            samples.push_back(m_parts.samples[index]);
        }
        const auto index =
            static_cast<uint64_t>(m_state.step * m_settings.accumulate) + batches.size();
        batches.push_back(objectives::makeBatch(objectives::pointersTo(samples)));
        batches.back().labelSmoothing = m_settings.labelSmoothing;
        nn::Pass& pass = batches.back().pass;
        pass.training = true;
        pass.seed = device::derivedSeed(static_cast<uint64_t>(m_settings.seed), "dropout", index);
        pass.noise = m_settings.neftuneAlpha;
        pass.noiseSeed =
            device::derivedSeed(static_cast<uint64_t>(m_settings.seed), "neftune", index);
        pass.recompute = m_parts.recompute;
    }
    return batches;
}

std::string Trainer::executorNote() const
{
    std::string note = m_executor->description();
    if (!note.empty()) {
        note += "; attention: " + kernels::deviceKernels().attentionBackend();
    }
    return note;
}

void Trainer::noteExecutor()
{
    const std::string note = executorNote();
    if (note != m_note) {
        m_note = note;
        m_parts.listener.onNote(note);
    }
}

void Trainer::advance()
{
    ++m_state.step;
    ++m_state.stepInEpoch;
    m_isEpochEnd = m_state.stepInEpoch == m_parts.batcher.stepsPerEpoch(m_state.epoch);
    if (m_isEpochEnd) {
        ++m_state.epoch;
        m_state.stepInEpoch = 0;
    }
}

// Every so many steps, or with 0 at the end of each epoch; always at the last step.
bool Trainer::isDue(int64_t every) const
{
    const bool due = every > 0 ? m_state.step % every == 0 : m_isEpochEnd;
    return due || m_state.step == m_totalSteps;
}

std::optional<double> Trainer::evaluateIfDue()
{
    if (m_parts.validation.empty() || !isDue(m_settings.evaluateEvery)) {
        return std::nullopt;
    }
    m_parts.listener.onPhase("evaluating");
    const evaluate::Evaluation evaluation = evaluated();
    requireFinite(evaluation.loss, m_state.step, "validation loss");
    const bool isBest = !m_state.bestLoss || evaluation.loss < *m_state.bestLoss;
    if (isBest) {
        m_state.bestLoss = evaluation.loss;
        m_state.bestStep = m_state.step;
        m_state.staleEvaluations = 0;
    } else {
        ++m_state.staleEvaluations;
    }
    m_parts.listener.onEvaluation(m_state.step, evaluation, isBest);
    const int64_t patience = m_settings.earlyStoppingPatience;
    if (patience > 0 && m_state.staleEvaluations >= patience && m_state.step < m_totalSteps) {
        m_state.isFinished = true;
        m_parts.listener.onEarlyStop(m_state.step);
    }
    m_parts.listener.onPhase("training");
    return evaluation.loss;
}

evaluate::Evaluation Trainer::evaluated()
{
    if (const methods::NestedRanks* ranks = m_parts.tuning.nestedRanks()) {
        return evaluate::evaluateByRank(
            m_parts.decoder, m_parts.objective, m_parts.validation, m_maxTokens, *ranks);
    }
    return evaluate::evaluate(m_parts.decoder, m_parts.objective, m_parts.validation, m_maxTokens);
}

void Trainer::saveIfDue(bool force)
{
    const bool asked = m_parts.control.takeCheckpointRequest();
    if (m_state.step == m_savedStep || !(force || asked || isDue(m_settings.saveEvery))) {
        return;
    }
    const uint64_t reserve = static_cast<uint64_t>(m_settings.watchdog.minFreeDiskMb) << 20;
    const std::filesystem::path path = m_parts.checkpoints.save(
        m_parts.tuning.parameters(), m_optimizer, m_state, reserve, m_parts.tuning.memory());
    m_savedStep = m_state.step;
    m_parts.checkpoints.rotate(m_settings.keepCheckpoints,
                               m_state.bestLoss ? m_state.bestStep : m_state.step);
    m_parts.listener.onCheckpoint(m_state.step, path);
}

// Stop and pause, between steps. Returns false when the run must end.
bool Trainer::obeyControl()
{
    Control& control = m_parts.control;
    if (control.isPauseRequested() && !control.isStopRequested()) {
        saveIfDue(true);
        m_parts.listener.onPaused(true);
        control.waitWhilePaused();
        m_parts.listener.onPaused(false);
    }
    if (control.isStopRequested()) {
        saveIfDue(true);
        return false;
    }
    return true;
}

} // namespace engine::train
