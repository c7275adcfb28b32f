// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Whole steps of a tiny model on the GPU: recorded against launched, and launched against the
// processor.
#include "engine/methods/registry.h"
#include "engine/objectives/registry.h"
#include "engine/train/recorded_steps.h"
#include "tests/cuda/gpu.h"
#include "tests/engine/train/tiny_run.h"

#include <QtTest>

using namespace engine;
using namespace engine::train;

namespace {

const at::Device kGpu(at::kCUDA, 0);
constexpr int64_t kSteps = 8;

// A tiny model in bfloat16 with an adapter to train, on either device.
struct Side
{
    std::unique_ptr<nn::Decoder> decoder;
    std::unique_ptr<methods::Tuning> tuning;
    contract::TrainingSection settings;
    std::unique_ptr<Optimizer> optimizer;

    explicit Side(at::Device device, double dropout = 0.1)
        : decoder(models::loadDecoder(
            tests::openTiny(tests::tinyModel("llama")), at::kBFloat16, at::kBFloat16, device))
    {
        const auto* method = methods::findMethod("lora");
        const auto complete = method->schema().complete(
            contract::Value::object({{"rank", 8}, {"dropout", dropout}}), "method");
        tuning = method->attach(valueOrThrow(complete), *decoder, 42);
        optimizer = std::make_unique<Optimizer>(tuning->parameters(), settings);
    }

    StepParts parts()
    {
        return {*decoder, *tuning, *objectives::findObjective("causal_lm"), *optimizer};
    }
};

std::vector<objectives::TokenBatch> batchesOf(int64_t step, nn::Recompute recompute)
{
    static const std::vector<text::TokenSample> samples = tests::unevenSamples(12);
    std::vector<objectives::TokenBatch> batches;
    for (int64_t micro = 0; micro < 2; ++micro) {
        std::vector<const text::TokenSample*> taken;
        for (int64_t i = 0; i < 3 + (step + micro) % 2; ++i) {
            taken.push_back(&samples[static_cast<std::size_t>((step * 5 + micro * 3 + i) % 12)]);
        }
        batches.push_back(objectives::makeBatch(taken));
        batches.back().pass.training = true;
        batches.back().pass.seed = static_cast<uint64_t>(100 * step + micro);
        batches.back().pass.recompute = recompute;
    }
    return batches;
}

std::vector<double> lossesOf(StepExecutor& executor, nn::Recompute recompute = nn::Recompute::None)
{
    std::vector<double> losses;
    for (int64_t step = 0; step < kSteps; ++step) {
        const auto batches = batchesOf(step, recompute);
        int64_t trained = 0;
        for (const auto& batch : batches) {
            trained += batch.trainedTokens;
        }
        losses.push_back(executor.gradients(batches, trained).loss);
        executor.update(1e-2);
    }
    return losses;
}

void requireClose(const std::vector<double>& actual, const std::vector<double>& expected)
{
    for (std::size_t i = 0; i < expected.size(); ++i) {
        QVERIFY2(std::abs(actual[i] - expected[i]) < 2e-2,
                 qPrintable(
                     QStringLiteral("step %1: %2, not %3").arg(i).arg(actual[i]).arg(expected[i])));
    }
}

} // namespace

class TestTrainingStep : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!tests::whyNoGpu().isEmpty()) {
            QSKIP(qPrintable(tests::whyNoGpu()));
        }
    }

    void trainsAsTheProcessor()
    {
        Side gpu(kGpu);
        Side cpu(at::kCPU);
        LaunchedSteps ours(gpu.parts());
        LaunchedSteps reference(cpu.parts());
        requireClose(lossesOf(ours), lossesOf(reference));
    }

    void recordedStepsTrainAsLaunchedOnes_data()
    {
        QTest::addColumn<int>("recompute");
        QTest::newRow("nothing twice") << 0;
        QTest::newRow("gate and up twice") << 1;
        QTest::newRow("blocks twice") << 2;
    }
    void recordedStepsTrainAsLaunchedOnes()
    {
        QFETCH(int, recompute);
        const auto policy = static_cast<nn::Recompute>(recompute);
        Side one(kGpu);
        Side other(kGpu);
        RecordedSteps recorded(one.parts());
        LaunchedSteps launched(other.parts());
        const std::vector<double> losses = lossesOf(recorded, policy);
        requireClose(losses, lossesOf(launched));
        qInfo("%s", recorded.description().c_str());
        QVERIFY2(recorded.plan().refusal().empty(), recorded.plan().refusal().c_str());
        QCOMPARE(recorded.plan().recordings(), std::size_t{2});
        // And once more, bit for bit.
        Side again(kGpu);
        RecordedSteps repeated(again.parts());
        QCOMPARE(lossesOf(repeated, policy), losses);
    }
};

QTEST_GUILESS_MAIN(TestTrainingStep)
#include "tst_training_step.moc"
