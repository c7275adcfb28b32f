// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The training loop on a tiny model: what it computes, what it tells and in which order, and that a
// resumed run is the uninterrupted one bit for bit.
#include "tests/engine/train/tiny_run.h"

#include <ATen/ops/full.h>
#include <ATen/ops/full_like.h>

#include <fstream>

using namespace engine;
using tests::TinyRun;

namespace {

// A method that counts its steps, adds to every gradient, and tells what it is asked.
class SteppingTuning final : public methods::Tuning
{
public:
    SteppingTuning(std::unique_ptr<methods::Tuning> inner, QStringList& told)
        : m_inner(std::move(inner)), m_told(told)
    {
    }

    nn::ParameterBuffer& parameters() override { return m_inner->parameters(); }
    methods::AdapterState state() const override { return m_inner->state(); }
    void load(const methods::AdapterState& state) override { m_inner->load(state); }
    void beginStep(int64_t step, int64_t total) override
    {
        m_told += QStringLiteral("begin %1 of %2").arg(step).arg(total);
    }
    void addGradients() override
    {
        m_told += parameters().gradients().abs().sum().item<double>() > 0
                      ? QStringLiteral("gradients")
                      : QStringLiteral("no gradients");
        parameters().gradients().fill_(m_steps + 1);
    }
    void endStep(int64_t step, int64_t /*total*/) override
    {
        const at::Tensor& gradients = parameters().gradients();
        const bool areOurs = at::equal(gradients, at::full_like(gradients, m_steps + 1));
        m_told += QStringLiteral("end %1").arg(step) + (areOurs ? "" : ", gradients changed");
        m_steps += 1;
    }
    std::vector<methods::ReplacedParameter> memory() const override
    {
        return {{"steps", at::full({1}, m_steps, at::dtype(at::kFloat))}};
    }
    void remember(const std::vector<methods::ReplacedParameter>& memory) override
    {
        m_steps = memory.at(0).value.item<double>();
    }

private:
    std::unique_ptr<methods::Tuning> m_inner;
    QStringList& m_told;
    double m_steps = 0;
};

} // namespace

class TrainerTest : public QObject
{
    Q_OBJECT

private:
    static TinyRun::Setup eightSamples()
    {
        TinyRun::Setup setup;
        setup.samples = tests::unevenSamples(8);
        setup.training.maxSteps = 3;
        setup.training.epsilon = 1e-3; // Adam must not magnify rounding of tiny gradients
        setup.dropout = 0;
        return setup;
    }

    static void requireSameTraining(TinyRun& one, TinyRun& other)
    {
        QCOMPARE(one.run(), train::Outcome::Finished);
        QCOMPARE(other.run(), train::Outcome::Finished);
        for (std::size_t i = 0; i < one.losses.size(); ++i) {
            QVERIFY(std::abs(one.losses[i] - other.losses[i]) < 1e-5 * one.losses[i]);
        }
        QCOMPARE(tests::difference("parameters", other.values(), one.values(), 1e-5), QString());
    }

private Q_SLOTS:
    void accumulatesToTheSameStep()
    {
        TinyRun::Setup setup = eightSamples();
        setup.batch.batchSize = 8;
        TinyRun whole(setup);
        setup.batch.batchSize = 1;
        setup.batch.accumulate = setup.training.accumulate = 8;
        TinyRun parts(setup);
        requireSameTraining(whole, parts);
    }

    void packsWithoutChangingTheStep()
    {
        TinyRun::Setup setup = eightSamples();
        setup.batch.batchSize = 8;
        TinyRun plain(setup);
        setup.batch.packing = true;
        TinyRun packed(setup);
        requireSameTraining(plain, packed);
    }

    void learns()
    {
        TinyRun::Setup setup = eightSamples();
        setup.batch.batchSize = 8; // all of them: the same loss every step
        setup.training.maxSteps = 12;
        setup.training.learningRate = 0.05;
        TinyRun run(setup);
        run.run();
        QVERIFY2(
            run.losses.back() < 0.9 * run.losses.front(),
            qPrintable(QStringLiteral("%1 to %2").arg(run.losses.front()).arg(run.losses.back())));
    }

    // ε · (mean over the vocabulary − nll) more, of a loss that is evaluated without it.
    void smoothsTheLabelsOfTrainingAlone()
    {
        TinyRun::Setup setup;
        setup.training.maxSteps = 2;
        setup.training.learningRate = 0;
        TinyRun plain(setup);
        setup.training.labelSmoothing = 0.2;
        TinyRun smoothed(setup);
        setup.training.labelSmoothing = 0.4;
        TinyRun smoother(setup);
        plain.run();
        smoothed.run();
        smoother.run();
        QVERIFY(std::abs(smoothed.losses[0] - plain.losses[0]) > 1e-3);
        QVERIFY(std::abs(smoother.losses[0] + plain.losses[0] - 2 * smoothed.losses[0]) < 1e-5);
        QVERIFY(!plain.evaluationLosses.empty());
        QCOMPARE(smoothed.evaluationLosses, plain.evaluationLosses);
    }

    void tellsInOrder()
    {
        TinyRun::Setup setup;
        setup.training.maxSteps = 2;
        setup.training.evaluateEvery = setup.training.saveEvery = setup.training.sampleEvery = 1;
        TinyRun run(setup);
        run.run();
        QCOMPARE(run.told,
                 (QStringList{"phase training",
                              "step 1",
                              "phase evaluating",
                              "evaluation 1",
                              "phase training",
                              "row 1",
                              "sample 1",
                              "checkpoint 1",
                              "step 2",
                              "phase evaluating",
                              "evaluation 2",
                              "phase training",
                              "row 2",
                              "sample 2",
                              "checkpoint 2"}));
    }

    void letsTheMethodActInEveryStep()
    {
        QStringList told;
        TinyRun::Setup setup = eightSamples();
        setup.hasValidation = false;
        setup.training.maxGradNorm = 0;
        setup.wrap = [&told](std::unique_ptr<methods::Tuning> inner) {
            return std::make_unique<SteppingTuning>(std::move(inner), told);
        };
        const QTemporaryDir folder;
        TinyRun run(setup, &folder);
        run.runUntil(2);
        QCOMPARE(told,
                 (QStringList{
                     "begin 0 of 3", "gradients", "end 0", "begin 1 of 3", "gradients", "end 1"}));
        told.clear();
        TinyRun resumed(setup, &folder);
        QCOMPARE(resumed.trainer().resume(), std::optional<int64_t>(2));
        resumed.run();
        TinyRun whole(setup);
        QStringList rest = told;
        whole.run();
        QCOMPARE(rest, (QStringList{"begin 2 of 3", "gradients", "end 2"}));
        QVERIFY(at::equal(resumed.values(), whole.values())); // its third gradient was a third one
    }

    void savesOnlyWhenDue()
    {
        TinyRun::Setup setup; // three steps an epoch
        setup.hasValidation = false;
        setup.training.maxSteps = 7;
        setup.training.keepCheckpoints = 9;
        TinyRun run(setup);
        run.run();
        QCOMPARE(run.checkpoints(), (std::vector<int64_t>{3, 6, 7})); // epochs' ends, the last step
    }

    void savesWhenAsked()
    {
        TinyRun::Setup setup;
        setup.hasValidation = false;
        setup.training.maxSteps = 3;
        TinyRun run(setup);
        run.onStepDone = [&run](int64_t step) {
            if (step == 2) {
                run.control.checkpoint();
            }
        };
        run.run();
        QCOMPARE(run.checkpoints(), (std::vector<int64_t>{2, 3}));
    }

    void countsSteps_data()
    {
        QTest::addColumn<double>("epochs");
        QTest::addColumn<int>("maxSteps");
        QTest::addColumn<int>("steps");
        QTest::newRow("one epoch") << 1.0 << 0 << 3;
        QTest::newRow("a part of one") << 1.5 << 0 << 5;
        QTest::newRow("less than a step") << 0.01 << 0 << 1;
        QTest::newRow("max_steps wins") << 1.0 << 11 << 11;
    }
    void countsSteps()
    {
        QFETCH(double, epochs);
        QFETCH(int, maxSteps);
        TinyRun::Setup setup;
        setup.training.epochs = epochs;
        setup.training.maxSteps = maxSteps;
        TinyRun run(setup);
        QTEST(int(run.trainer().totalSteps()), "steps");
    }

    void stopsEarlyAndKeepsTheBest()
    {
        TinyRun run(TinyRun::worsening());
        QCOMPARE(run.run(), train::Outcome::Finished);
        const train::TrainState& state = run.trainer().state();
        QVERIFY(state.step < run.trainer().totalSteps());
        QCOMPARE(state.step, state.bestStep + 2);
        QVERIFY(run.told.contains(QStringLiteral("early stop %1").arg(state.step)));
        // It keeps one, and the best.
        QCOMPARE(run.checkpoints(), (std::vector<int64_t>{state.bestStep, state.step}));
    }

    void savesBeforeItStops()
    {
        TinyRun::Setup setup;
        setup.training.maxSteps = 9;
        TinyRun run(setup);
        QCOMPARE(run.runUntil(2), train::Outcome::Stopped);
        QCOMPARE(run.checkpoints(), std::vector<int64_t>{2});
    }

    void savesBeforeItPausesAndGoesOn()
    {
        TinyRun::Setup setup;
        setup.hasValidation = false;
        setup.training.maxSteps = 3;
        TinyRun run(setup);
        run.onStepDone = [&run](int64_t step) {
            if (step == 2) {
                run.control.pause();
            }
        };
        QCOMPARE(run.run(), train::Outcome::Finished);
        QCOMPARE(run.told.mid(run.told.indexOf("row 2"), 5),
                 (QStringList{"row 2", "checkpoint 2", "paused", "resumed", "step 3"}));
    }

    void resumesBitForBit_data()
    {
        QTest::addColumn<int>("stop");
        QTest::addColumn<double>("noise");
        for (int stop = 1; stop < 8; ++stop) { // epochs end at 3 and 6
            QTest::addRow("after step %d", stop) << stop << 0.0;
        }
        QTest::addRow("with noise") << 4 << 5.0;
    }
    void resumesBitForBit()
    {
        QFETCH(int, stop);
        QFETCH(double, noise);
        TinyRun::Setup setup;
        setup.training.neftuneAlpha = noise;
        setup.training.maxSteps = 8;
        setup.training.evaluateEvery = 2;
        setup.dropout = 0.1;
        setup.batch.packing = true;
        TinyRun whole(setup);
        whole.run();

        const QTemporaryDir folder;
        TinyRun first(setup, &folder);
        QCOMPARE(first.runUntil(stop), train::Outcome::Stopped);
        TinyRun second(setup, &folder);
        QCOMPARE(second.trainer().resume(), std::optional<int64_t>(stop));
        QCOMPARE(second.run(), train::Outcome::Finished);
        first.losses.insert(first.losses.end(), second.losses.begin(), second.losses.end());
        QCOMPARE(first.losses, whole.losses);
        QCOMPARE(second.adapterBytes(8), whole.adapterBytes(8));
        QCOMPARE(second.trainer().state().bestLoss, whole.trainer().state().bestLoss);
        QCOMPARE(second.trainer().state().tokens, whole.trainer().state().tokens);
    }

    // Other noise in every micro-batch and step, none in an evaluation.
    void noiseIsDrawnForTrainingAlone()
    {
        TinyRun::Setup setup = eightSamples();
        setup.training.learningRate = 0;
        setup.batch.batchSize = 8; // all of them: without noise the same loss every step
        setup.batch.shuffle = false;
        setup.training.evaluateEvery = 1;
        TinyRun plain(setup);
        plain.run();
        QCOMPARE(plain.losses[1], plain.losses[0]);
        setup.training.neftuneAlpha = 5;
        TinyRun noisy(setup);
        noisy.run();
        QVERIFY(noisy.losses[0] != plain.losses[0]);
        QVERIFY(noisy.losses[1] != noisy.losses[0]);
        QCOMPARE(noisy.trainer().state().bestLoss, plain.trainer().state().bestLoss);
        setup.training.seed = 43;
        TinyRun other(setup);
        other.run();
        QVERIFY(other.losses[0] != noisy.losses[0]);
    }

    void doesNothingMoreAfterAnEarlyStop()
    {
        const QTemporaryDir folder;
        TinyRun first(TinyRun::worsening(), &folder);
        first.run();
        TinyRun again(TinyRun::worsening(), &folder);
        QCOMPARE(again.trainer().resume(), std::optional(first.trainer().state().step));
        QCOMPARE(again.run(), train::Outcome::Finished);
        QVERIFY(again.losses.empty());
    }

    void goesOnWhenTheJobIsExtended()
    {
        TinyRun::Setup setup;
        setup.training.schedule = "constant";
        setup.training.warmupSteps = 1;
        setup.training.maxSteps = 7;
        TinyRun whole(setup);
        whole.run();
        const QTemporaryDir folder;
        setup.training.maxSteps = 4;
        TinyRun(setup, &folder).run();
        setup.training.maxSteps = 7;
        TinyRun extended(setup, &folder);
        QCOMPARE(extended.trainer().resume(), std::optional<int64_t>(4));
        extended.run();
        QCOMPARE(extended.adapterBytes(7), whole.adapterBytes(7));
    }

    void startsAnewWithoutCheckpoints()
    {
        TinyRun run({});
        QCOMPARE(run.trainer().resume(), std::nullopt);
    }

    void resumesFromTheOneBeforeADamagedOne_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<bool>("isCut");
        QTest::newRow("adapter cut") << "adapter.safetensors" << true;
        QTest::newRow("adapter changed") << "adapter.safetensors" << false;
        QTest::newRow("moments changed") << "optimizer.safetensors" << false;
    }
    void resumesFromTheOneBeforeADamagedOne()
    {
        QFETCH(QString, file);
        QFETCH(bool, isCut);
        TinyRun::Setup setup;
        setup.training.maxSteps = 3;
        setup.training.saveEvery = 1;
        const QTemporaryDir folder;
        TinyRun(setup, &folder).run();
        const contract::RunFolder run(tests::pathOf(folder));
        const std::filesystem::path damaged = run.checkpoint(3) / file.toStdString();
        if (isCut) {
            std::filesystem::resize_file(damaged, 100);
        } else {
            std::fstream stream(damaged, std::ios::in | std::ios::out | std::ios::binary);
            stream.seekg(-1, std::ios::end);
            const int last = stream.get();
            stream.seekp(-1, std::ios::end);
            stream.put(static_cast<char>(last ^ 1));
        }
        TinyRun again(setup, &folder);
        QCOMPARE(again.trainer().resume(), std::optional<int64_t>(2));
    }

    void givesTheSameBytesForTheSameSeedOnly()
    {
        TinyRun::Setup setup;
        setup.training.maxSteps = 3;
        setup.dropout = 0.1;
        TinyRun one(setup), same(setup);
        setup.training.seed = 43;
        TinyRun other(setup);
        one.run();
        same.run();
        other.run();
        QCOMPARE(same.adapterBytes(3), one.adapterBytes(3));
        QVERIFY(other.adapterBytes(3) != one.adapterBytes(3));
    }

    void refusesALossThatIsNoNumber()
    {
        TinyRun run({});
        run.spoilModel();
        const Error error = tests::failureOf([&run] { run.run(); });
        QCOMPARE(error.code, std::string(code::kDiverged));
        QVERIFY(error.message.starts_with("step 1: the loss"));
        QVERIFY(run.checkpoints().empty());
    }

    void refusesAnEvaluationThatIsNoNumber()
    {
        TinyRun::Setup setup;
        setup.training.maxSteps = 1; // no later step would notice
        setup.training.warmupRatio = 0;
        setup.training.learningRate = 1e30;
        TinyRun run(setup);
        const Error error = tests::failureOf([&run] { run.run(); });
        QCOMPARE(error.code, std::string(code::kDiverged));
        QVERIFY(run.checkpoints().empty());
    }

    void endsWhenTheDiskIsFull()
    {
        TinyRun::Setup setup;
        setup.training.watchdog.minFreeDiskMb = int64_t{1} << 40;
        TinyRun run(setup);
        const Error error = tests::failureOf([&run] { run.run(); });
        QCOMPARE(error.code, std::string(code::kDiskFull));
    }
};

QTEST_GUILESS_MAIN(TrainerTest)
#include "tst_trainer.moc"
