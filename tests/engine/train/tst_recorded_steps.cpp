// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Recorded steps against launched ones, on the processor: its recordings compute their work again
// when they are played.
#include "engine/kernels/adamw.h"
#include "engine/methods/registry.h"
#include "engine/objectives/registry.h"
#include "engine/train/recorded_steps.h"
#include "tests/engine/train/tiny_run.h"

#include <ATen/ops/linalg_vector_norm.h>

#include <QtTest>

using namespace engine;
using namespace engine::train;
using tests::Tensor;

namespace {

// What the device was asked for.
struct Calls
{
    int64_t recorded = 0;
    int64_t played = 0;
    int64_t refuseAt = -1;      // a recording that gives nothing
    int64_t outOfMemoryAt = -1; // a play that finds no memory
};

Calls& calls()
{
    static Calls all;
    return all;
}

class ComputedAgain final : public kernels::RecordedStep
{
public:
    explicit ComputedAgain(std::function<void()> work) : m_work(std::move(work)) {}
    void play(const kernels::Sequences&) override
    {
        if (calls().played++ == calls().outOfMemoryAt) {
            TORCH_CHECK_WITH(OutOfMemoryError, false, "no memory");
        }
        m_work();
    }

private:
    std::function<void()> m_work;
};

void fillTable()
{
    kernels::DeviceKernels& table = kernels::deviceKernels();
    table.attentionBackend = [] { return std::string("none of the kind"); };
    table.onRecordingStream = [](at::Device, const std::function<void()>& work) { work(); };
    table.record = [](const kernels::Sequences&,
                      const std::function<void()>& work) -> std::unique_ptr<kernels::RecordedStep> {
        if (calls().recorded++ == calls().refuseAt) {
            return nullptr;
        }
        return std::make_unique<ComputedAgain>(work);
    };
    table.clipFactor = [](const Tensor& gradients, double maxNorm, Tensor& control) {
        const Tensor norm = at::linalg_vector_norm(gradients);
        const double factor = maxNorm / (norm.item<double>() + 1e-6);
        control[2].fill_(maxNorm > 0 ? std::min(1.0, factor) : 1.0);
        return norm;
    };
    table.adamwByControl = [](Tensor& parameters,
                              const Tensor& gradients,
                              Tensor& m,
                              Tensor& v,
                              const Tensor& control,
                              const kernels::AdamwSettings& settings) {
        kernels::AdamwSettings now = settings;
        now.learningRate *= control[0].item<double>();
        kernels::adamwStep(parameters,
                           gradients.mul(control[2]),
                           m,
                           v,
                           static_cast<int64_t>(control[1].item<double>()),
                           now);
    };
}

// A tiny model with an adapter to train, and the steps of a few uneven batches.
struct Side
{
    std::unique_ptr<nn::Decoder> decoder = tests::tinyDecoder(tests::tinyModel("llama"));
    std::unique_ptr<methods::Tuning> tuning;
    contract::TrainingSection settings;
    std::unique_ptr<Optimizer> optimizer;

    explicit Side(double dropout)
    {
        const auto* method = methods::findMethod("lora");
        const auto complete = method->schema().complete(
            contract::Value::object({{"rank", 4}, {"dropout", dropout}, {"lora_plus_ratio", 4.0}}),
            "method");
        tuning = method->attach(valueOrThrow(complete), *decoder, 42);
        settings.maxGradNorm = 0.5; // below the norms of the first steps
        optimizer = std::make_unique<Optimizer>(tuning->parameters(), settings);
    }

    StepParts parts()
    {
        return {*decoder, *tuning, *objectives::findObjective("causal_lm"), *optimizer};
    }
};

std::vector<objectives::TokenBatch> batchesOf(int64_t step, double labelSmoothing)
{
    static const std::vector<text::TokenSample> samples = tests::unevenSamples(12);
    std::vector<objectives::TokenBatch> batches;
    for (int64_t micro = 0; micro < 2; ++micro) {
        std::vector<const text::TokenSample*> taken;
        for (int64_t i = 0; i < 2 + (step + micro) % 3; ++i) {
            taken.push_back(&samples[static_cast<std::size_t>((step * 5 + micro * 3 + i) % 12)]);
        }
        batches.push_back(objectives::makeBatch(taken));
        batches.back().pass.training = true;
        batches.back().labelSmoothing = labelSmoothing;
        batches.back().pass.seed = static_cast<uint64_t>(100 * step + micro);
    }
    return batches;
}

int64_t trainedOf(const std::vector<objectives::TokenBatch>& batches)
{
    int64_t trained = 0;
    for (const objectives::TokenBatch& batch : batches) {
        trained += batch.trainedTokens;
    }
    return trained;
}

} // namespace

class TestRecordedSteps : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { fillTable(); }
    void init() { calls() = {}; }

    void trainAsLaunchedOnes_data()
    {
        QTest::addColumn<double>("dropout");
        QTest::addColumn<double>("labelSmoothing");
        QTest::newRow("plain") << 0.0 << 0.0;
        QTest::newRow("dropout") << 0.2 << 0.0;
        QTest::newRow("smoothed labels") << 0.0 << 0.1;
    }
    void trainAsLaunchedOnes()
    {
        QFETCH(double, dropout);
        QFETCH(double, labelSmoothing);
        Side ours(dropout);
        Side theirs(dropout);
        RecordedSteps recorded(ours.parts());
        LaunchedSteps launched(theirs.parts());
        compare(ours, recorded, theirs, launched, 10, labelSmoothing);
        // Two and up to four sequences, and the update: each recorded once and then played.
        QCOMPARE(recorded.plan().recordings(), std::size_t{3});
        QCOMPARE(calls().recorded, int64_t{3});
        QCOMPARE(calls().played, int64_t{2 * 10 - 2 - 2 + 10 - 2});
        QCOMPARE(recorded.description(), std::string("steps recorded: 3 recordings"));
    }

    void whatCannotBeRecordedIsLaunched()
    {
        calls().refuseAt = 0;
        Side ours(0);
        Side theirs(0);
        RecordedSteps recorded(ours.parts());
        LaunchedSteps launched(theirs.parts());
        compare(ours, recorded, theirs, launched, 5);
        QCOMPARE(calls().played, int64_t{0});
        QCOMPARE(recorded.description(),
                 std::string("steps launched part by part: attention is none of the kind"));
    }

    void withoutMemoryForRecordingsTheStepIsTakenAgain()
    {
        calls().outOfMemoryAt = 3;
        Side ours(0);
        Side theirs(0);
        RecordedSteps recorded(ours.parts());
        LaunchedSteps launched(theirs.parts());
        compare(ours, recorded, theirs, launched, 6);
        QCOMPARE(recorded.plan().recordings(), std::size_t{0});
        QVERIFY(recorded.description().find("memory") != std::string::npos);
    }

    void theProcessorLaunches()
    {
        Side side(0);
        QVERIFY(!whyNotRecordable(side.parts()).empty());
        const auto executor = makeStepExecutor(side.parts());
        QVERIFY(dynamic_cast<LaunchedSteps*>(executor.get()) != nullptr);
        QVERIFY(executor->description().empty());
    }

private:
    static void compare(Side& ours,
                        StepExecutor& recorded,
                        Side& theirs,
                        StepExecutor& launched,
                        int64_t steps,
                        double labelSmoothing = 0)
    {
        for (int64_t step = 0; step < steps; ++step) {
            const auto batches = batchesOf(step, labelSmoothing);
            const StepGradient actual = recorded.gradients(batches, trainedOf(batches));
            const StepGradient expected = launched.gradients(batches, trainedOf(batches));
            QVERIFY2(std::abs(actual.loss - expected.loss) < 1e-5,
                     qPrintable(QStringLiteral("step %1").arg(step)));
            QCOMPARE(actual.correct, expected.correct);
            QVERIFY(std::abs(actual.norm - expected.norm) < 1e-4 * expected.norm);
            const double learningRate = 1e-2 / static_cast<double>(1 + step);
            recorded.update(learningRate);
            launched.update(learningRate);
        }
        QCOMPARE(ours.optimizer->steps(), theirs.optimizer->steps());
        QCOMPARE(tests::difference("parameters",
                                   ours.tuning->parameters().values(),
                                   theirs.tuning->parameters().values(),
                                   1e-3),
                 QString());
    }
};

QTEST_GUILESS_MAIN(TestRecordedSteps)
#include "tst_recorded_steps.moc"
