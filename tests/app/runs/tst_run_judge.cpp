// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/runs/run_judge.h"
#include "app/runs/run_lock.h"
#include "tests/app/runs/run_folders.h"

#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using namespace app::runs;
using run_folders::recording;

namespace {

// What an engine at work holds.
class HeldLock
{
public:
    explicit HeldLock(const QString& folder)
        : m_file(::open(QFile::encodeName(folder + "/lock"), O_RDWR | O_CREAT, 0600))
    {
        if (::flock(m_file, LOCK_EX | LOCK_NB) != 0) {
            qFatal("cannot lock");
        }
    }
    ~HeldLock() { ::close(m_file); }
    HeldLock(const HeldLock&) = delete;
    HeldLock& operator=(const HeldLock&) = delete;

private:
    int m_file;
};

} // namespace

class TestRunJudge : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void manifestAndOutputsMakeItFinished();
    void doneWithoutAManifestIsInterrupted();
    void outputOfAnotherSizeIsNamed();
    void missingOutputIsNamed();
    void checkpointsMayBeThinnedOut();
    void journalWithoutAnEndIsInterruptedAndNamesTheCheckpoint();
    void heldLockMeansRunning();
    void freeLockIsNotTaken();
    void stoppedAndFailedAreToldByTheirLastWord();
    void jobThatNeverStartedIsInterrupted();
    void unreadableJobIsFailedInWords();
    void jobGivesTheNames();
    void longJournalIsJudgedByItsEnds();
    void allFoldersAreFoundNewestFirst();

private:
    QByteArray cut() const
    {
        const QByteArray journal = recording("finished.jsonl");
        return journal.left(journal.indexOf("\"step\":7,") + 5);
    }
    QTemporaryDir m_parent;
    QString make(const QByteArray& journal)
    {
        static int number = 0;
        return run_folders::make(m_parent.path(), QString("run-%1").arg(++number), journal);
    }
};

void TestRunJudge::manifestAndOutputsMakeItFinished()
{
    const QString folder = make(recording("finished.jsonl"));
    run_folders::finish(folder);
    const RunInfo run = readRun(folder);
    QCOMPARE(run.status, RunStatus::Finished);
    QCOMPARE(run.step, 12);
    QCOMPARE(run.totalSteps, 12);
    QVERIFY(run.ended > run.started);
    QVERIFY(run.evalLoss.has_value());
    QVERIFY(run.bestStep > 0);
    QVERIFY(run.error.code.empty());
}

void TestRunJudge::doneWithoutAManifestIsInterrupted()
{
    QCOMPARE(readRun(make(recording("finished.jsonl"))).status, RunStatus::Interrupted);
}

void TestRunJudge::outputOfAnotherSizeIsNamed()
{
    const QString folder = make(recording("finished.jsonl"));
    run_folders::finish(folder);
    QVERIFY(QFile::resize(folder + "/output/adapter/adapter_model.safetensors", 10));
    const RunInfo run = readRun(folder);
    QCOMPARE(run.status, RunStatus::Failed);
    QVERIFY(QString::fromStdString(run.error.message)
                .contains("output/adapter/adapter_model.safetensors"));
}

void TestRunJudge::missingOutputIsNamed()
{
    const QString folder = make(recording("finished.jsonl"));
    run_folders::finish(folder);
    QVERIFY(QFile::remove(folder + "/output/last/adapter_config.json"));
    QCOMPARE(outputsProblem(folder), QString("output/last/adapter_config.json is missing"));
}

void TestRunJudge::checkpointsMayBeThinnedOut()
{
    const QString folder = make(recording("finished.jsonl"));
    run_folders::finish(folder);
    QVERIFY(QDir(folder + "/checkpoints").removeRecursively());
    QCOMPARE(readRun(folder).status, RunStatus::Finished);
}

void TestRunJudge::journalWithoutAnEndIsInterruptedAndNamesTheCheckpoint()
{
    const QString folder = make(cut());
    run_folders::checkpoint(folder, 4);
    run_folders::write(folder + "/engine.log", "one\ntwo\n");
    const RunInfo run = readRun(folder);
    QCOMPARE(run.status, RunStatus::Interrupted);
    QCOMPARE(run.step, 6);
    QCOMPARE(run.lastCheckpoint, 4);
    QVERIFY(QString::fromStdString(run.error.hint).contains("step 4"));
    QCOMPARE(run.logTail, QString("one\ntwo"));
}

void TestRunJudge::heldLockMeansRunning()
{
    const QString folder = make(cut());
    const HeldLock lock(folder);
    const RunInfo run = readRun(folder);
    QCOMPARE(run.status, RunStatus::Running);
    QCOMPARE(run.phase, QString("training"));
    QVERIFY(run.secondsLeft > 0);
    QVERIFY(!run.lossPoints.empty());
}

void TestRunJudge::freeLockIsNotTaken()
{
    const QString folder = make(cut());
    QVERIFY(!isLockHeld(folder));
    run_folders::write(folder + "/lock", "");
    QVERIFY(!isLockHeld(folder));
    const HeldLock lock(folder);
    QVERIFY(isLockHeld(folder));
}

void TestRunJudge::stoppedAndFailedAreToldByTheirLastWord()
{
    QCOMPARE(readRun(make(recording("stopped.jsonl"))).status, RunStatus::Stopped);
    const RunInfo failed = readRun(make(recording("failed.jsonl")));
    QCOMPARE(failed.status, RunStatus::Failed);
    QCOMPARE(failed.error.code, std::string("not_found"));
}

void TestRunJudge::jobThatNeverStartedIsInterrupted()
{
    const RunInfo run = readRun(make({}));
    QCOMPARE(run.status, RunStatus::Interrupted);
    QCOMPARE(run.lastCheckpoint, -1);
    QVERIFY(run.started.isValid());
}

void TestRunJudge::unreadableJobIsFailedInWords()
{
    const QString folder = make({});
    run_folders::write(folder + "/job.json", "{");
    const RunInfo run = readRun(folder);
    QCOMPARE(run.status, RunStatus::Failed);
    QVERIFY(!run.error.message.empty());
    QVERIFY(!run.name.isEmpty());
}

void TestRunJudge::jobGivesTheNames()
{
    const RunInfo run = readRun(make({}));
    QCOMPARE(run.name, QString("pirate"));
    QCOMPARE(run.baseName, QString("model"));
    QCOMPARE(run.dataName, QString("pirate.jsonl"));
    QCOMPARE(run.methodId, QString("lora"));
}

void TestRunJudge::longJournalIsJudgedByItsEnds()
{
    QByteArray journal = recording("finished.jsonl");
    const qsizetype end = journal.indexOf("{\"event\":\"phase\"", journal.indexOf("\"step\":12,"));
    const QByteArray warning =
        R"({"event":"warning","code":"x","message":")" + QByteArray(500, 'x') + "\"}\n";
    journal.insert(end, warning.repeated(2000));
    const QString folder = make(journal);
    const RunInfo run = readRun(folder);
    QCOMPARE(run.totalSteps, 12);
    QCOMPARE(run.step, 12);
    QVERIFY(run.ended > run.started);
}

void TestRunJudge::allFoldersAreFoundNewestFirst()
{
    const QTemporaryDir parent;
    QDir(parent.path()).mkdir("no-run");
    QByteArray journal = recording("stopped.jsonl");
    run_folders::make(parent.path(), "old", journal.replace("2026-", "2020-"));
    run_folders::make(parent.path(), "new", recording("stopped.jsonl"));
    const std::vector<RunInfo> runs = readRuns(parent.path());
    QCOMPARE(runs.size(), std::size_t{2});
    QCOMPARE(QFileInfo(runs[0].folder).fileName(), QString("new"));
}

QTEST_GUILESS_MAIN(TestRunJudge)

#include "tst_run_judge.moc"
