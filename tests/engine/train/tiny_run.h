// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A whole training run on a tiny model that writes down what the loop tells.
#pragma once

#include "engine/device/files.h"
#include "engine/methods/registry.h"
#include "engine/objectives/registry.h"
#include "engine/train/trainer.h"
#include "tests/support/tiny_models.h"

#include <functional>
#include <limits>
#include <memory>

namespace tests {

// `count` samples of 3 to 12 tokens, the first of each untrained. With `token` they hold nothing
// else.
inline std::vector<engine::text::TokenSample> unevenSamples(int64_t count, int64_t token = -1)
{
    std::vector<engine::text::TokenSample> samples;
    for (int64_t i = 0; i < count; ++i) {
        engine::text::TokenSample sample;
        for (int64_t k = 0; k < 3 + (i * 5) % 10; ++k) {
            sample.ids.push_back(token >= 0 ? token : (i * 13 + k * 7) % 40);
            sample.mask.push_back(k > 0);
        }
        samples.push_back(std::move(sample));
    }
    return samples;
}

class TinyRun final : public engine::train::TrainListener
{
public:
    struct Setup
    {
        std::vector<engine::text::TokenSample> samples = unevenSamples(6);
        std::vector<engine::text::TokenSample> validation = unevenSamples(2);
        bool hasValidation = true;
        double dropout = 0;
        std::string method = "lora";
        std::vector<Value::Member> settings; // of the method, beside rank 4
        engine::data::BatchSettings batch;
        engine::contract::TrainingSection training;
        using Tuning = std::unique_ptr<engine::methods::Tuning>;
        std::function<Tuning(Tuning)> wrap = {}; // around the tuning, where it is set

        Setup()
        {
            batch.batchSize = 2;
            batch.packing = false;
            batch.maxTokens = 12; // as long as the longest sample
            training.learningRate = 1e-2;
            training.watchdog.minFreeDiskMb = 0;
        }
    };

    // Learning makes the validation worse: the run stops early, two steps after its best one.
    static Setup worsening()
    {
        Setup setup;
        setup.samples = unevenSamples(6, 5);
        setup.validation = unevenSamples(2, 9);
        setup.training.maxSteps = 10;
        setup.training.warmupRatio = 0;
        setup.training.evaluateEvery = 1;
        setup.training.earlyStoppingPatience = 2;
        setup.training.keepCheckpoints = 1;
        return setup;
    }

    // Writes into `folder`, or into one of its own.
    explicit TinyRun(const Setup& setup, const QTemporaryDir* folder = nullptr)
        : m_setup(setup), m_run(pathOf(folder != nullptr ? *folder : m_folder)), m_store(m_run),
          m_decoder(tinyDecoder(tinyModel("llama")))
    {
        std::filesystem::create_directories(m_run.checkpoints());
        const auto* method = engine::methods::findMethod(setup.method);
        const Value given = Value::object({{"rank", 4}, {"dropout", setup.dropout}});
        const auto settings = method->schema().complete(changed(given, setup.settings), "method");
        const auto seed = static_cast<uint64_t>(setup.training.seed);
        m_tuning = method->attach(engine::valueOrThrow(settings), *m_decoder, seed);
        if (setup.wrap) {
            m_tuning = setup.wrap(std::move(m_tuning));
        }
        std::vector<int64_t> lengths;
        for (const auto& sample : setup.samples) {
            lengths.push_back(static_cast<int64_t>(sample.ids.size()));
        }
        engine::data::BatchSettings batch = setup.batch;
        batch.seed = seed;
        m_batcher = std::make_unique<engine::data::Batcher>(lengths, batch);
        if (!setup.hasValidation) {
            m_setup.validation.clear();
        }
        m_trainer = std::make_unique<engine::train::Trainer>(
            engine::train::TrainerParts{*m_decoder,
                                        *m_tuning,
                                        *engine::objectives::findObjective("causal_lm"),
                                        m_setup.samples,
                                        m_setup.validation,
                                        *m_batcher,
                                        m_store,
                                        control,
                                        *this,
                                        Value::Object()},
            m_setup.training,
            64);
    }

    engine::train::Trainer& trainer() { return *m_trainer; }
    engine::train::Outcome run() { return m_trainer->run(); }
    engine::train::Outcome runUntil(int64_t step)
    {
        onStepDone = [this, step](int64_t done) {
            if (done == step) {
                control.stop();
            }
        };
        return run();
    }

    // float64 [numbers]
    Tensor values() { return m_tuning->parameters().values().to(at::kDouble); }
    std::vector<int64_t> checkpoints() const { return m_store.steps(); }
    std::string adapterBytes(int64_t step) const
    {
        return engine::device::readFile(m_run.checkpoint(step)
                                        / engine::contract::kCheckpointAdapter);
    }
    void spoilModel()
    {
        Tensor& weight = m_decoder->linear("model.layers.1.mlp.down_proj")->weight();
        weight = weight.mul(std::numeric_limits<double>::quiet_NaN());
    }

    engine::train::Control control;
    std::function<void(int64_t step)> onStepDone; // of the test, at the end of a step's news
    QStringList told;
    std::vector<double> losses;
    std::vector<double> evaluationLosses;

    void onPhase(std::string_view phase) override
    {
        told += "phase " + QString::fromLatin1(phase.data(), qsizetype(phase.size()));
    }
    void onStep(const engine::contract::event::Step& step) override
    {
        told += QStringLiteral("step %1").arg(step.step);
        losses.push_back(*step.loss);
        if (onStepDone) {
            onStepDone(step.step);
        }
    }
    void onEvaluation(int64_t step, const engine::evaluate::Evaluation& evaluation, bool) override
    {
        evaluationLosses.push_back(evaluation.loss);
        told += QStringLiteral("evaluation %1").arg(step);
    }
    void onRow(const engine::contract::event::Step& step, std::optional<double>) override
    {
        told += QStringLiteral("row %1").arg(step.step);
    }
    void onSampleDue(int64_t step) override { told += QStringLiteral("sample %1").arg(step); }
    void onCheckpoint(int64_t step, const std::filesystem::path&) override
    {
        told += QStringLiteral("checkpoint %1").arg(step);
    }
    void onEarlyStop(int64_t step) override { told += QStringLiteral("early stop %1").arg(step); }
    void onPaused(bool isPaused) override
    {
        told += isPaused ? QStringLiteral("paused") : QStringLiteral("resumed");
        control.resume();
    }
    void onNote(const std::string& text) override
    {
        told += QString::fromStdString("note " + text);
    }

private:
    QTemporaryDir m_folder;
    Setup m_setup;
    engine::contract::RunFolder m_run;
    engine::train::CheckpointStore m_store;
    std::unique_ptr<engine::nn::Decoder> m_decoder;
    std::unique_ptr<engine::methods::Tuning> m_tuning;
    std::unique_ptr<engine::data::Batcher> m_batcher;
    std::unique_ptr<engine::train::Trainer> m_trainer;
};

} // namespace tests
