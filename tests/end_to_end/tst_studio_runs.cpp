// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The studio's runs with the real engine and the sample model: killed, judged, continued, detached
// and picked up again.
#include "app/engine/catalog_access.h"
#include "app/runs/run_center.h"
#include "app/runs/run_judge.h"
#include "tests/end_to_end/engine_process.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace app::runs;
using app::engine::EngineService;
using app::engine::contract::Value;

namespace {

constexpr int kPatienceMs = 120'000;
/// So many that no machine ends the run before it is killed or detached.
constexpr int kManySteps = 400;

struct Desk
{
    explicit Desk(const QString& data)
        : engine(e2e::program(), data + "/scratch", QString()),
          runs(engine, data + "/runs", data + "/queue.json")
    {
    }
    EngineService engine;
    RunCenter runs;
};

Value job(int steps)
{
    const std::string samples = LORA_SOURCE_DIR "/resources/samples";
    Value job;
    app::engine::setValueAt(job, "model.path", samples + "/model");
    app::engine::setValueAt(job, "data.path", samples + "/pirate.jsonl");
    app::engine::setValueAt(job, "data.max_length", 128);
    app::engine::setValueAt(job, "method.id", "lora");
    app::engine::setValueAt(job, "training.max_steps", steps);
    app::engine::setValueAt(job, "training.batch_size", 2);
    app::engine::setValueAt(job, "training.save_every", 5);
    app::engine::setValueAt(job, "output.name", "pirate");
    return job;
}

} // namespace

class TestStudioRuns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void catalogueAndAnswersComeFromTheRealEngine();
    void killedRunIsContinuedToItsEnd();
    void detachedRunGoesOnAndIsPickedUp();
    void jobTheEngineRefusesIsFailedInItsWords();
};

void TestStudioRuns::catalogueAndAnswersComeFromTheRealEngine()
{
    const QTemporaryDir data;
    Desk desk(data.path());
    std::optional<Value> answer;
    desk.engine.ask("inspect model",
                    Value::object({{"model", LORA_SOURCE_DIR "/resources/samples/model"}}),
                    this,
                    [&](const auto& result) {
                        QVERIFY(result);
                        answer = result.value();
                    });
    QTRY_VERIFY_WITH_TIMEOUT(answer, kPatienceMs);
    QVERIFY((*answer)["parameters"]["total"].toInteger() > 0);
    QVERIFY(desk.engine.catalog());
}

void TestStudioRuns::killedRunIsContinuedToItsEnd()
{
    const QTemporaryDir data;
    Desk desk(data.path());
    QTRY_VERIFY_WITH_TIMEOUT(desk.engine.catalog(), kPatienceMs);
    const auto started = desk.runs.start(job(kManySteps));
    QVERIFY(started);
    const QString folder = started.value();
    QTRY_VERIFY_WITH_TIMEOUT(desk.runs.find(folder)->step >= 7, kPatienceMs);
    QVERIFY(desk.runs.kill(folder));
    QTRY_COMPARE_WITH_TIMEOUT(desk.runs.find(folder)->status, RunStatus::Interrupted, kPatienceMs);
    QVERIFY(desk.runs.find(folder)->lastCheckpoint >= 5);
    // As the next window finds it.
    QCOMPARE(readRun(folder).status, RunStatus::Interrupted);

    QSignalSpy finished(&desk.runs, &RunCenter::runFinished);
    QVERIFY(desk.runs.continueRun(folder));
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatienceMs);
    const RunInfo& run = *desk.runs.find(folder);
    QCOMPARE(run.step, kManySteps);
    QVERIFY(run.trainableParameters > 0);
    QCOMPARE(outputsProblem(folder), QString());
}

void TestStudioRuns::detachedRunGoesOnAndIsPickedUp()
{
    const QTemporaryDir data;
    QString folder;
    {
        Desk desk(data.path());
        QTRY_VERIFY_WITH_TIMEOUT(desk.engine.catalog(), kPatienceMs);
        folder = desk.runs.start(job(kManySteps)).value();
        QTRY_VERIFY_WITH_TIMEOUT(desk.runs.find(folder)->step >= 2, kPatienceMs);
        desk.runs.detach();
    }
    Desk desk(data.path());
    QSignalSpy finished(&desk.runs, &RunCenter::runFinished);
    QTRY_VERIFY_WITH_TIMEOUT(desk.runs.current(), kPatienceMs);
    QCOMPARE(desk.runs.current()->folder, folder);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatienceMs);
    QCOMPARE(desk.runs.find(folder)->step, kManySteps);
}

void TestStudioRuns::jobTheEngineRefusesIsFailedInItsWords()
{
    const QTemporaryDir data;
    Desk desk(data.path());
    QTRY_VERIFY_WITH_TIMEOUT(desk.engine.catalog(), kPatienceMs);
    Value refused = job(5);
    app::engine::setValueAt(refused, "method.rank", 0);
    QSignalSpy failed(&desk.runs, &RunCenter::runFailed);
    const QString folder = desk.runs.start(refused).value();
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatienceMs);
    const auto& error = desk.runs.find(folder)->error;
    QCOMPARE(error.code, std::string("bad_field"));
    QCOMPARE(error.where, std::string("method.rank"));
}

QTEST_GUILESS_MAIN(TestStudioRuns)

#include "tst_studio_runs.moc"
