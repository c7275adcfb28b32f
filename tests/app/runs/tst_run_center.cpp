// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/engine/catalog_access.h"
#include "app/runs/run_center.h"
#include "app/runs/run_lock.h"
#include "tests/app/runs/run_folders.h"
#include "tests/support/fake_engine/fake_mode.h"

#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace app::runs;
using namespace std::chrono_literals;
using app::engine::EngineService;
using app::engine::contract::Value;
using test_support::fakeEngine;
using test_support::FakeMode;

// One studio's engine and runs in a folder of their own.
struct Desk
{
    explicit Desk(const QString& data, app::engine::Patience patience = {})
        : engine(fakeEngine(), data + "/scratch", QString()),
          runs(engine, data + "/runs", data + "/queue.json", patience)
    {
    }
    EngineService engine;
    RunCenter runs;
};

class TestRunCenter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void runIsFollowedToItsEnd();
    void jobIsCompletedBeforeItIsWritten();
    void everyBadEndIsToldApart_data();
    void everyBadEndIsToldApart();
    void onlyOneRunsAtATime();
    void stopSavesAndTheRunCanBeContinued();
    void runIsPausedAndResumed();
    void killedRunIsInterruptedOnRequest();
    void silentRunIsShownAndOnlyKilledOnRequest();
    void queueStartsTheNextByItself();
    void heldQueueStartsNothing();
    void queueWaitsForARunOfSomeoneElse();
    void runOfSomeoneElseIsFollowedSteeredAndConcluded();
    void detachedRunIsPickedUpAgain();
    void runThatWasNotDetachedSavesAndStops();
    void interruptedRunsAreOffered();
    void folderThatCannotBeMadeIsSaid();

private:
    QString data() const { return m_data->path(); }
    Value job(const char* name = "pirate") const
    {
        Value job;
        app::engine::setValueAt(job, "model.path", "/samples/model");
        app::engine::setValueAt(job, "data.path", "/samples/pirate.jsonl");
        app::engine::setValueAt(job, "method.id", "lora");
        app::engine::setValueAt(job, "output.name", name);
        return job;
    }
    static RunStatus statusOf(const Desk& desk, const QString& folder)
    {
        return desk.runs.find(folder)->status;
    }
    static bool isOver(const Desk& desk, const QString& folder)
    {
        return !isActive(statusOf(desk, folder));
    }
    std::unique_ptr<QTemporaryDir> m_data;
};

void TestRunCenter::init()
{
    m_data = std::make_unique<QTemporaryDir>();
}

void TestRunCenter::runIsFollowedToItsEnd()
{
    Desk desk(data());
    QSignalSpy finished(&desk.runs, &RunCenter::runFinished);
    const auto started = desk.runs.start(job());
    QVERIFY(started);
    const QString folder = started.value();
    QCOMPARE(desk.runs.current()->folder, folder);
    QCOMPARE(desk.runs.current()->status, RunStatus::Starting);
    QVERIFY(desk.runs.current()->isOwn);
    QTRY_COMPARE(finished.count(), 1);
    const RunInfo& run = *desk.runs.find(folder);
    QCOMPARE(run.status, RunStatus::Finished);
    QCOMPARE(run.step, 12);
    QCOMPARE(run.name, QString("pirate"));
    QVERIFY(run.lossPoints.size() > 1);
    QVERIFY(run.method.startsWith("LoRA"));
    QCOMPARE(desk.runs.current(), nullptr);
}

void TestRunCenter::jobIsCompletedBeforeItIsWritten()
{
    Desk desk(data());
    QTRY_COMPARE(desk.engine.state(), EngineService::State::Ready);
    const QString folder = desk.runs.start(job()).value();
    QTRY_VERIFY(QFile::exists(folder + "/job.json"));
    QFile file(folder + "/job.json");
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto written = app::engine::contract::parseJson(file.readAll().toStdString());
    QVERIFY(written);
    QCOMPARE(app::engine::valueAt(written.value(), "method.rank").toInteger(), int64_t{16});
    QCOMPARE(written.value()["id"].toString(), desk.runs.find(folder)->id.toStdString());
    QTRY_VERIFY(isOver(desk, folder));
}

void TestRunCenter::everyBadEndIsToldApart_data()
{
    QTest::addColumn<QByteArray>("mode");
    QTest::addColumn<RunStatus>("status");
    QTest::addColumn<QString>("inMessage");
    const auto row = [](const char* name, const char* mode, RunStatus status, const char* text) {
        QTest::newRow(name) << QByteArray(mode) << status << QString(text);
    };
    row("crash", "crashing", RunStatus::Interrupted, "SIGSEGV");
    row("crash at the start", "crash_at_start", RunStatus::Interrupted, "SIGSEGV");
    row("refused", "refusing", RunStatus::Failed, "does not exist");
    row("done without its outputs", "lying", RunStatus::Failed, "adapter_model.safetensors");
    row("done with another exit code", "lying_exit", RunStatus::Interrupted, "exit code 3");
    row("newer engine", "newer", RunStatus::Failed, "another protocol");
}

void TestRunCenter::everyBadEndIsToldApart()
{
    QFETCH(QByteArray, mode);
    QFETCH(RunStatus, status);
    QFETCH(QString, inMessage);
    const FakeMode fake(mode.constData());
    Desk desk(data());
    QSignalSpy failed(&desk.runs, &RunCenter::runFailed);
    const QString folder = desk.runs.start(job()).value();
    QTRY_COMPARE(failed.count(), 1);
    const RunInfo& run = *desk.runs.find(folder);
    QCOMPARE(run.status, status);
    QVERIFY2(QString::fromStdString(run.error.message).contains(inMessage),
             run.error.message.c_str());
    QVERIFY(run.logTail.contains("fake engine: run") || mode.startsWith("lying"));
}

void TestRunCenter::onlyOneRunsAtATime()
{
    const FakeMode fake("slow");
    Desk desk(data());
    const QString folder = desk.runs.start(job()).value();
    const auto second = desk.runs.start(job());
    QVERIFY(!second);
    QCOMPARE(second.error().code, std::string("run_busy"));
    QTRY_VERIFY(desk.runs.stop(folder));
    QTRY_VERIFY(isOver(desk, folder));
}

void TestRunCenter::stopSavesAndTheRunCanBeContinued()
{
    Desk desk(data());
    QSignalSpy stopped(&desk.runs, &RunCenter::runStopped);
    QSignalSpy finished(&desk.runs, &RunCenter::runFinished);
    QString folder;
    {
        const FakeMode fake("slow");
        folder = desk.runs.start(job()).value();
        QTRY_VERIFY(desk.runs.find(folder)->step >= 2);
        QVERIFY(desk.runs.stop(folder));
        QCOMPARE(statusOf(desk, folder), RunStatus::Stopping);
        QTRY_COMPARE(stopped.count(), 1);
    }
    const qint64 step = desk.runs.find(folder)->step;
    QCOMPARE(statusOf(desk, folder), RunStatus::Stopped);
    QCOMPARE(desk.runs.find(folder)->lastCheckpoint, step);
    QVERIFY(desk.runs.continueRun(folder));
    QVERIFY(desk.runs.find(folder)->isOwn);
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(desk.runs.find(folder)->step, 12);
    QVERIFY(!desk.runs.continueRun(folder));
}

void TestRunCenter::runIsPausedAndResumed()
{
    const FakeMode fake("slow");
    Desk desk(data());
    const QString folder = desk.runs.start(job()).value();
    QTRY_VERIFY(desk.runs.find(folder)->step >= 1);
    QVERIFY(desk.runs.pause(folder));
    QTRY_COMPARE(statusOf(desk, folder), RunStatus::Paused);
    QVERIFY(desk.runs.resume(folder));
    QTRY_COMPARE(statusOf(desk, folder), RunStatus::Running);
    QTRY_COMPARE(statusOf(desk, folder), RunStatus::Finished);
}

void TestRunCenter::killedRunIsInterruptedOnRequest()
{
    const FakeMode fake("slow");
    Desk desk(data());
    const QString folder = desk.runs.start(job()).value();
    QTRY_VERIFY(desk.runs.find(folder)->step >= 5);
    QVERIFY(desk.runs.kill(folder));
    QTRY_COMPARE(statusOf(desk, folder), RunStatus::Interrupted);
    const auto& error = desk.runs.find(folder)->error;
    QVERIFY(QString::fromStdString(error.message).contains("on request"));
    const qint64 checkpoint = desk.runs.find(folder)->lastCheckpoint;
    QVERIFY(checkpoint >= 4);
    QVERIFY(QString::fromStdString(error.hint).contains(QString("step %1").arg(checkpoint)));
}

void TestRunCenter::silentRunIsShownAndOnlyKilledOnRequest()
{
    const FakeMode fake("silent");
    app::engine::Patience patience;
    patience.silence = 200ms;
    patience.ending = 20ms;
    Desk desk(data(), patience);
    const QString folder = desk.runs.start(job()).value();
    QTRY_VERIFY(desk.runs.find(folder)->doesNotRespond);
    QTest::qWait(200); // ten times the patience before a kill
    QVERIFY(!isOver(desk, folder));
    QVERIFY(desk.runs.kill(folder));
    QTRY_COMPARE(statusOf(desk, folder), RunStatus::Interrupted);
    QVERIFY(!desk.runs.find(folder)->doesNotRespond);
}

void TestRunCenter::queueStartsTheNextByItself()
{
    Desk desk(data());
    QSignalSpy finished(&desk.runs, &RunCenter::runFinished);
    QVERIFY(desk.runs.enqueue(job("first")));
    QVERIFY(desk.runs.enqueue(job("second")));
    QVERIFY(desk.runs.enqueue(job("third")));
    const auto third = desk.runs.queue().back().id;
    QVERIFY(desk.runs.moveInQueue(third, 0));
    QTRY_COMPARE(finished.count(), 3);
    QVERIFY(desk.runs.queue().empty());
    QCOMPARE(desk.runs.runs().size(), std::size_t{3});
}

void TestRunCenter::heldQueueStartsNothing()
{
    Desk desk(data());
    desk.runs.setQueueHeld(true);
    QVERIFY(desk.runs.enqueue(job()));
    QTRY_VERIFY(desk.runs.isScanned());
    QTest::qWait(50);
    QCOMPARE(desk.runs.queue().size(), std::size_t{1});
    QSignalSpy finished(&desk.runs, &RunCenter::runFinished);
    desk.runs.setQueueHeld(false);
    QTRY_COMPARE(finished.count(), 1);
}

void TestRunCenter::queueWaitsForARunOfSomeoneElse()
{
    const FakeMode fake("slow");
    const QString other = run_folders::make(data() + "/runs", "other", {});
    QProcess engine;
    engine.start(fakeEngine(), {"run", other});
    QVERIFY(engine.waitForReadyRead());
    QTRY_VERIFY(QFileInfo(other + "/events.jsonl").size() > 0);
    Desk desk(data());
    QVERIFY(desk.runs.enqueue(job()));
    QTRY_VERIFY(desk.runs.isScanned());
    QCOMPARE(desk.runs.current()->folder, other);
    QCOMPARE(desk.runs.queue().size(), std::size_t{1});
    QTRY_VERIFY_WITH_TIMEOUT(desk.runs.queue().empty(), 15'000);
    QTRY_COMPARE(desk.runs.current(), nullptr);
}

void TestRunCenter::runOfSomeoneElseIsFollowedSteeredAndConcluded()
{
    const FakeMode fake("slow");
    const QString folder = run_folders::make(data() + "/runs", "other", {});
    QProcess engine;
    engine.start(fakeEngine(), {"run", folder});
    QTRY_VERIFY(QFileInfo(folder + "/events.jsonl").size() > 0);
    Desk desk(data());
    QSignalSpy stopped(&desk.runs, &RunCenter::runStopped);
    QTRY_VERIFY(desk.runs.current());
    QVERIFY(!desk.runs.current()->isOwn);
    QTRY_VERIFY(desk.runs.current()->step >= 2);
    QVERIFY(!desk.runs.kill(folder));
    QVERIFY(desk.runs.stop(folder));
    QTRY_COMPARE_WITH_TIMEOUT(stopped.count(), 1, 10'000);
    QCOMPARE(statusOf(desk, folder), RunStatus::Stopped);
    QTRY_COMPARE(engine.state(), QProcess::NotRunning);
}

void TestRunCenter::detachedRunIsPickedUpAgain()
{
    const FakeMode fake("slow");
    QString folder;
    {
        Desk desk(data());
        folder = desk.runs.start(job()).value();
        QTRY_VERIFY(desk.runs.find(folder)->step >= 1);
        desk.runs.detach();
        QVERIFY(!desk.runs.current()->isOwn);
    }
    Desk desk(data());
    QSignalSpy finished(&desk.runs, &RunCenter::runFinished);
    QTRY_VERIFY(desk.runs.current());
    QCOMPARE(desk.runs.current()->folder, folder);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 15'000);
    QCOMPARE(desk.runs.find(folder)->step, 12);
}

void TestRunCenter::runThatWasNotDetachedSavesAndStops()
{
    const FakeMode fake("slow");
    QString folder;
    {
        Desk desk(data());
        folder = desk.runs.start(job()).value();
        QTRY_VERIFY(desk.runs.find(folder)->step >= 1);
    }
    QTRY_VERIFY(!isLockHeld(folder));
    Desk desk(data());
    QTRY_VERIFY(desk.runs.isScanned());
    QCOMPARE(statusOf(desk, folder), RunStatus::Stopped);
    QVERIFY(desk.runs.find(folder)->lastCheckpoint >= 1);
}

void TestRunCenter::interruptedRunsAreOffered()
{
    const QByteArray journal = run_folders::recording("finished.jsonl");
    const QString folder =
        run_folders::make(data() + "/runs", "a", journal.left(journal.indexOf("\"step\":7,")));
    run_folders::checkpoint(folder, 4);
    Desk desk(data());
    QTRY_COMPARE(desk.runs.interrupted().size(), std::size_t{1});
    QSignalSpy finished(&desk.runs, &RunCenter::runFinished);
    QVERIFY(desk.runs.continueRun(folder));
    QTRY_COMPARE(finished.count(), 1);
    QVERIFY(desk.runs.interrupted().empty());
}

void TestRunCenter::folderThatCannotBeMadeIsSaid()
{
    EngineService engine(fakeEngine(), data() + "/scratch", QString());
    RunCenter runs(engine, "/proc/runs", data() + "/queue.json");
    QVERIFY(!runs.start(job()));
    QSignalSpy problem(&runs, &RunCenter::queueProblem);
    QVERIFY(runs.enqueue(job()));
    QTRY_COMPARE(problem.count(), 1);
}

QTEST_GUILESS_MAIN(TestRunCenter)

#include "tst_run_center.moc"
