// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What the training loop is made of: schedule, optimiser, checkpoints, control.
#include "engine/train/checkpoint.h"
#include "engine/train/control.h"
#include "engine/train/schedule.h"
#include "tests/support/failing.h"
#include "tests/support/gradient_check.h"

#include <QTest>

#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>

#include <fstream>
#include <thread>

using namespace engine;
namespace fs = std::filesystem;

namespace {

constexpr uint64_t kNoReserve = 0;

// A [2, 3] that decays, B [4] that neither decays nor learns at the plain rate.
nn::ParameterBuffer smallBuffer(int64_t seed = 1)
{
    nn::ParameterBuffer buffer({{"A", {2, 3}, 1, true}, {"B", {4}, 16, false}});
    buffer.values().copy_(tests::numbers({10}, seed));
    return buffer;
}

contract::TrainingSection plainSettings()
{
    contract::TrainingSection settings;
    settings.weightDecay = 0;
    return settings;
}

contract::TrainingSection packedSettings()
{
    contract::TrainingSection settings;
    settings.optimizer = contract::kAdamw8bit;
    settings.weightDecay = 0.1;
    return settings;
}

} // namespace

class TrainingPartsTest : public QObject
{
    Q_OBJECT

private:
    // A buffer after some steps, with its optimiser.
    struct Trained
    {
        nn::ParameterBuffer buffer;
        train::Optimizer optimizer;

        explicit Trained(int64_t steps) : buffer(smallBuffer()), optimizer(buffer, plainSettings())
        {
            for (int64_t i = 0; i < steps; ++i) {
                step();
            }
        }
        void step()
        {
            buffer.gradients().copy_(tests::numbers({10}, optimizer.steps() + 5));
            optimizer.step(1e-2);
        }
    };

    // Two tensors of 5000 and 300 numbers, of which the larger has moments in 8 bits.
    struct TrainedPacked
    {
        nn::ParameterBuffer buffer{{{"large", {50, 100}, 1, true}, {"small", {300}, 2, false}}};
        train::Optimizer optimizer;

        TrainedPacked() : optimizer(start(buffer), packedSettings()) {}
        static nn::ParameterBuffer& start(nn::ParameterBuffer& buffer)
        {
            buffer.values().copy_(tests::numbers({5300}, 3));
            return buffer;
        }
        void step()
        {
            buffer.gradients().copy_(tests::numbers({5300}, optimizer.steps() + 5));
            optimizer.step(1e-2);
        }
    };

    static train::CheckpointStore storeIn(const QTemporaryDir& folder)
    {
        fs::create_directories(tests::pathOf(folder) / "checkpoints");
        return train::CheckpointStore(contract::RunFolder(tests::pathOf(folder)));
    }

    static void save(const train::CheckpointStore& store, int64_t step)
    {
        Trained trained(0);
        train::TrainState state;
        state.step = step;
        store.save(trained.buffer, trained.optimizer, state, kNoReserve);
    }

private Q_SLOTS:
    void followsTransformersSchedules_data()
    {
        // get_scheduler(…, num_warmup_steps=3, num_training_steps=10), learning rate 2e-4.
        QTest::addColumn<QString>("id");
        QTest::addColumn<QList<double>>("expected");
        QTest::newRow("cosine") << "cosine"
                                << QList<double>{0.0,
                                                 6.666666666666667e-05,
                                                 0.00013333333333333334,
                                                 0.0002,
                                                 0.0001900968867902419,
                                                 0.00016234898018587337,
                                                 0.00012225209339563145,
                                                 7.774790660436858e-05,
                                                 3.7651019814126654e-05,
                                                 9.903113209758096e-06,
                                                 0.0};
        QTest::newRow("linear") << "linear"
                                << QList<double>{0.0,
                                                 6.666666666666667e-05,
                                                 0.00013333333333333334,
                                                 0.0002,
                                                 0.00017142857142857143,
                                                 0.00014285714285714287,
                                                 0.00011428571428571428,
                                                 8.571428571428571e-05,
                                                 5.714285714285714e-05,
                                                 2.857142857142857e-05,
                                                 0.0,
                                                 0.0};
        QTest::newRow("constant") << "constant"
                                  << QList<double>{0.0,
                                                   6.666666666666667e-05,
                                                   0.00013333333333333334,
                                                   0.0002,
                                                   0.0002,
                                                   0.0002,
                                                   0.0002,
                                                   0.0002,
                                                   0.0002,
                                                   0.0002,
                                                   0.0002};
    }
    void followsTransformersSchedules()
    {
        QFETCH(QString, id);
        QFETCH(QList<double>, expected);
        const train::Schedule schedule{id.toStdString(), 2e-4, 3, 10};
        for (int64_t step = 0; step < expected.size(); ++step) {
            QVERIFY2(std::abs(schedule.at(step) - expected[step]) < 1e-18,
                     qPrintable(QStringLiteral("step %1: %2").arg(step).arg(schedule.at(step))));
        }
    }

    void startsAtTheFullRateWithoutWarmup()
    {
        QCOMPARE((train::Schedule{"cosine", 0.5, 0, 4}.at(0)), 0.5);
    }

    void survivesAWarmupOfTheWholeRun()
    {
        const train::Schedule schedule{"cosine", 1, 4, 4};
        QCOMPARE(schedule.at(3), 0.75);
        QCOMPARE(schedule.at(4), 1.0);
    }

    void scalesTheRateOfFactors()
    {
        nn::ParameterBuffer buffer = smallBuffer();
        const at::Tensor before = buffer.values().clone();
        train::Optimizer optimizer(buffer, plainSettings());
        buffer.gradients().fill_(1); // Adam's first step is the learning rate itself
        optimizer.step(1e-3);
        const at::Tensor moved = before - buffer.values();
        QVERIFY(at::allclose(moved.narrow(0, 0, 6), at::full({6}, 1e-3), 1e-3, 1e-7));
        QVERIFY(at::allclose(moved.narrow(0, 6, 4), at::full({4}, 16e-3), 1e-3, 1e-7));
    }

    void decaysOnlyWhatDecays()
    {
        nn::ParameterBuffer buffer = smallBuffer();
        const at::Tensor before = buffer.values().clone();
        contract::TrainingSection settings;
        settings.weightDecay = 0.1;
        train::Optimizer optimizer(buffer, settings);
        optimizer.step(0.5); // no gradient: decay alone acts
        QVERIFY(at::allclose(buffer.values().narrow(0, 0, 6),
                             before.narrow(0, 0, 6) * (1 - 0.5 * 0.1)));
        QVERIFY(at::equal(buffer.values().narrow(0, 6, 4), before.narrow(0, 6, 4)));
    }

    void clipsAsTorchDoes_data()
    {
        QTest::addColumn<double>("limit");
        QTest::addColumn<double>("factor");
        QTest::newRow("longer") << 1.0 << 1.0 / (5 + 1e-6);
        QTest::newRow("shorter") << 6.0 << 1.0;
        QTest::newRow("off") << 0.0 << 1.0;
    }
    void clipsAsTorchDoes()
    {
        QFETCH(double, limit);
        QFETCH(double, factor);
        nn::ParameterBuffer buffer = smallBuffer();
        contract::TrainingSection settings;
        settings.maxGradNorm = limit;
        train::Optimizer optimizer(buffer, settings);
        buffer.gradients()[0] = 3;
        buffer.gradients()[9] = -4;
        QCOMPARE(optimizer.clipGradients(), 5.0);
        QCOMPARE(buffer.gradients()[0].item<float>(), float(3 * factor));
        QCOMPARE(buffer.gradients()[9].item<float>(), float(-4 * factor));
    }

    void continuesBitForBitFromACheckpoint()
    {
        const QTemporaryDir folder;
        const train::CheckpointStore store = storeIn(folder);
        Trained original(3);
        train::TrainState state;
        state.step = 3;
        state.totalSteps = 9;
        state.epoch = 1;
        state.stepInEpoch = 2;
        state.tokens = 123;
        state.bestLoss = 0.1 + 0.2;
        state.bestStep = 2;
        state.resolved = contract::Value::object({{"dtype", "float32"}});
        store.save(original.buffer, original.optimizer, state, kNoReserve);

        Trained restored(0);
        const train::TrainState read = store.load(3, restored.buffer, restored.optimizer);
        QCOMPARE(toJson(toValue(read)), toJson(toValue(state)));
        QVERIFY(at::equal(restored.buffer.values(), original.buffer.values()));
        original.step();
        restored.step();
        QVERIFY(at::equal(restored.buffer.values(), original.buffer.values()));
        QVERIFY(at::equal(restored.optimizer.firstMoments(), original.optimizer.firstMoments()));
        QVERIFY(at::equal(restored.optimizer.secondMoments(), original.optimizer.secondMoments()));
    }

    void keepsMomentsInEightBits()
    {
        const QTemporaryDir folder;
        const train::CheckpointStore store = storeIn(folder);
        TrainedPacked original;
        original.step();
        original.step();
        train::TrainState state;
        state.step = 2;
        store.save(original.buffer, original.optimizer, state, kNoReserve);
        int64_t bytes = 0;
        for (const auto& [name, moments] : original.optimizer.stored()) {
            bytes += static_cast<int64_t>(moments.nbytes());
        }
        QCOMPARE(bytes, 2 * (5000 + 4 * 20) + 8 * 300);
        QCOMPARE(bytes, kernels::momentBytes(5000) + kernels::momentBytes(300));

        TrainedPacked restored;
        store.load(2, restored.buffer, restored.optimizer);
        QVERIFY(at::equal(restored.buffer.values(), original.buffer.values()));
        original.step();
        restored.step();
        QVERIFY(at::equal(restored.buffer.values(), original.buffer.values()));
        for (std::size_t i = 0; i < 6; ++i) {
            QVERIFY(at::equal(restored.optimizer.stored()[i].second,
                              original.optimizer.stored()[i].second));
        }
        // A checkpoint with moments in float32 is another job's.
        nn::ParameterBuffer other({{"large", {50, 100}, 1, true}, {"small", {300}, 2, false}});
        train::Optimizer plain(other, plainSettings());
        const Error error = tests::failureOf([&] { store.load(2, other, plain); });
        QCOMPARE(error.code, std::string(code::kIncompatible));
    }

    // The first step is the learning rate's in both; later ones stay near.
    void stepsInEightBitsStayNearThoseInFloat()
    {
        TrainedPacked packed;
        nn::ParameterBuffer wide({{"large", {50, 100}, 1, true}, {"small", {300}, 2, false}});
        wide.values().copy_(packed.buffer.values());
        contract::TrainingSection settings = packedSettings();
        settings.optimizer = "adamw";
        train::Optimizer plain(wide, settings);
        const at::Tensor before = wide.values().clone();
        for (int i = 0; i < 10; ++i) {
            wide.gradients().copy_(tests::numbers({5300}, plain.steps() + 5));
            packed.step();
            plain.step(1e-2);
        }
        const at::Tensor moved = wide.values() - before;
        const at::Tensor difference = packed.buffer.values() - wide.values();
        const auto share = [&](int64_t first, int64_t count) {
            return difference.narrow(0, first, count).norm().item<double>()
                   / moved.narrow(0, first, count).norm().item<double>();
        };
        QVERIFY2(share(0, 5000) < 0.05, qPrintable(QString::number(share(0, 5000))));
        QVERIFY2(share(5000, 300) < 1e-5, qPrintable(QString::number(share(5000, 300))));
        QVERIFY(share(0, 5000) > 1e-5);
    }

    void eightBitsRefuseRowsThatAreLeftAlone()
    {
        TrainedPacked packed;
        const Error error = tests::failureOf([&] {
            packed.optimizer.step(1e-2, {{0, 0, 1, {1}}});
        });
        QCOMPARE(error.code, std::string(code::kUnsupported));
        QVERIFY(error.message.find("adamw_8bit") != std::string::npos);
        QVERIFY(!packed.optimizer.isRecordable());
    }

    void keepsWhatAMethodRemembers()
    {
        const QTemporaryDir folder;
        const train::CheckpointStore store = storeIn(folder);
        Trained trained(1);
        const at::Tensor importance = tests::numbers({2, 3}, 7).to(at::kFloat);
        train::TrainState state;
        state.step = 1;
        store.save(
            trained.buffer, trained.optimizer, state, kNoReserve, {{"importance", importance}});
        const auto memory = store.loadMemory(1, {{"importance", at::zeros({2, 3})}});
        QCOMPARE(memory.size(), std::size_t(1));
        QCOMPARE(memory[0].name, std::string("importance"));
        QVERIFY(at::equal(memory[0].value, importance));
        QVERIFY(store.loadMemory(1, {}).empty());
        QVERIFY_THROWS_EXCEPTION(Failure, store.loadMemory(1, {{"importance", at::zeros({3, 2})}}));
        QVERIFY_THROWS_EXCEPTION(Failure, store.loadMemory(1, {{"other", at::zeros({2, 3})}}));
    }

    void keepsTheNewestAndTheBest_data()
    {
        QTest::addColumn<int>("keep");
        QTest::addColumn<int>("best");
        QTest::addColumn<QList<int>>("left");
        QTest::newRow("two") << 2 << 5 << QList<int>{4, 5};
        QTest::newRow("two and an old best") << 2 << 1 << QList<int>{1, 4, 5};
        QTest::newRow("none still keeps the last") << 0 << 2 << QList<int>{2, 5};
        QTest::newRow("more than there are") << 9 << 5 << QList<int>{1, 2, 3, 4, 5};
    }
    void keepsTheNewestAndTheBest()
    {
        QFETCH(int, keep);
        QFETCH(int, best);
        QFETCH(QList<int>, left);
        const QTemporaryDir folder;
        const train::CheckpointStore store = storeIn(folder);
        for (int64_t step = 1; step <= 5; ++step) {
            save(store, step);
        }
        store.rotate(keep, best);
        QCOMPARE(store.steps(), (std::vector<int64_t>{left.begin(), left.end()}));
    }

    void passesOverAndRemovesWhatAKilledRunLeft_data()
    {
        QTest::addColumn<QString>("leftover");
        QTest::newRow("written aside") << "step-00000007.partial-1-1";
        QTest::newRow("replaced") << "step-00000007.old";
        QTest::newRow("without its files") << "step-00000007";
    }
    void passesOverAndRemovesWhatAKilledRunLeft()
    {
        QFETCH(QString, leftover);
        const QTemporaryDir folder;
        const train::CheckpointStore store = storeIn(folder);
        save(store, 1);
        const fs::path torn = tests::pathOf(folder) / "checkpoints" / leftover.toStdString();
        fs::create_directory(torn);
        std::ofstream(torn / contract::kCheckpointState) << "{";
        QCOMPARE(store.steps(), std::vector<int64_t>{1});
        store.rotate(3, 1);
        QVERIFY(!fs::exists(torn));
        QCOMPARE(store.steps(), std::vector<int64_t>{1});
    }

    void leavesForeignFilesAlone()
    {
        const QTemporaryDir folder;
        const train::CheckpointStore store = storeIn(folder);
        const fs::path notes = tests::pathOf(folder) / "checkpoints" / "notes.txt";
        std::ofstream(notes) << "mine";
        store.rotate(1, 1);
        QVERIFY(fs::exists(notes));
    }

    void refusesDamage_data()
    {
        QTest::addColumn<QString>("file");
        for (const auto name : {contract::kCheckpointAdapter,
                                contract::kCheckpointOptimizer,
                                contract::kCheckpointState}) {
            QTest::newRow(name.data()) << QString::fromLatin1(name.data());
        }
    }
    void refusesDamage()
    {
        QFETCH(QString, file);
        const QTemporaryDir folder;
        const train::CheckpointStore store = storeIn(folder);
        save(store, 1);
        const fs::path damaged =
            tests::pathOf(folder) / "checkpoints" / "step-00000001" / file.toStdString();
        fs::resize_file(damaged, fs::file_size(damaged) - 3);
        Trained target(0);
        const Error error =
            tests::failureOf([&] { store.load(1, target.buffer, target.optimizer); });
        QCOMPARE(error.code, std::string(code::kBadFile));
    }

    void refusesACheckpointOfAnotherJob()
    {
        const QTemporaryDir folder;
        const train::CheckpointStore store = storeIn(folder);
        save(store, 1);
        nn::ParameterBuffer other({{"A", {2, 3}, 1, true}, {"C", {4}, 1, true}});
        train::Optimizer optimizer(other, plainSettings());
        const Error error = tests::failureOf([&] { store.load(1, other, optimizer); });
        QCOMPARE(error.code, std::string(code::kIncompatible));
        QVERIFY(error.message.find("lacks C") != std::string::npos);
    }

    void keepsTheDisksReserve()
    {
        const QTemporaryDir folder;
        const train::CheckpointStore store = storeIn(folder);
        Trained trained(0);
        const Error error = tests::failureOf(
            [&] { store.save(trained.buffer, trained.optimizer, {}, uint64_t{1} << 60); });
        QCOMPARE(error.code, std::string(code::kDiskFull));
        QVERIFY(fs::is_empty(tests::pathOf(folder) / "checkpoints"));
    }

    void waitsUntilAnotherThreadResumes()
    {
        train::Control control;
        control.pause();
        std::atomic<bool> wasResumed = false;
        bool seen = false;
        std::thread waiting([&] {
            control.waitWhilePaused();
            seen = wasResumed;
        });
        wasResumed = true;
        control.resume();
        waiting.join();
        QVERIFY(seen);
        QVERIFY(!control.isPauseRequested());
    }

    void wakesFromAPauseWhenStopped()
    {
        train::Control control;
        control.pause();
        std::thread stopping([&control] { control.stop(); });
        control.waitWhilePaused();
        stopping.join();
        QVERIFY(control.isStopRequested());
    }

    void handsACheckpointRequestOutOnce()
    {
        train::Control control;
        control.checkpoint();
        QVERIFY(control.takeCheckpointRequest());
        QVERIFY(!control.takeCheckpointRequest());
    }
};

QTEST_GUILESS_MAIN(TrainingPartsTest)
#include "tst_training_parts.moc"
