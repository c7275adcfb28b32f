// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/runs/run_ending.h"

#include <QTest>

#include <csignal>

using namespace app::runs;
using app::engine::ProcessEnd;

namespace {

RunEnding endedWith(ProcessEnd end, bool saidDone = false)
{
    RunEnding ending;
    ending.process = end;
    ending.saidDone = saidDone;
    return ending;
}

RunInfo judged(RunStatus status)
{
    RunInfo info;
    info.status = status;
    info.error.hint = "Continue it from step 4";
    return info;
}

} // namespace

class TestRunEnding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyDoneWithExitCodeZeroIsFinished_data();
    void onlyDoneWithExitCodeZeroIsFinished();
    void causeOfAnInterruptionIsNamed_data();
    void causeOfAnInterruptionIsNamed();
    void refusalBeforeTheJournalIsFailed();
    void stopIsStopped();
    void errorOutputEndsTheLog();
    void runOfSomeoneElseIsJudgedByItsFolder();
};

void TestRunEnding::onlyDoneWithExitCodeZeroIsFinished_data()
{
    QTest::addColumn<bool>("saidDone");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<RunStatus>("status");
    QTest::newRow("done, 0") << true << 0 << RunStatus::Finished;
    QTest::newRow("done, 3") << true << 3 << RunStatus::Interrupted;
    QTest::newRow("no word, 0") << false << 0 << RunStatus::Interrupted;
}

void TestRunEnding::onlyDoneWithExitCodeZeroIsFinished()
{
    QFETCH(bool, saidDone);
    QFETCH(int, exitCode);
    QFETCH(RunStatus, status);
    const RunEnding ending = endedWith({true, false, exitCode, false}, saidDone);
    QCOMPARE(withEnding(judged(RunStatus::Finished), ending).status, status);
}

void TestRunEnding::causeOfAnInterruptionIsNamed_data()
{
    QTest::addColumn<ProcessEnd>("end");
    QTest::addColumn<bool>("wasKilled");
    QTest::addColumn<QString>("cause");
    QTest::newRow("crash") << ProcessEnd{true, true, SIGSEGV, false} << false
                           << "The engine crashed (SIGSEGV)";
    QTest::newRow("killed by the system")
        << ProcessEnd{true, true, SIGKILL, false} << false << "memory runs out";
    QTest::newRow("killed on request")
        << ProcessEnd{true, true, SIGKILL, false} << true << "on request";
    QTest::newRow("silent") << ProcessEnd{true, true, SIGTERM, true} << false
                            << "no longer answered";
    QTest::newRow("exit code") << ProcessEnd{true, false, 70, false} << false << "exit code 70";
    QTest::newRow("not started") << ProcessEnd{false, false, 0, false} << false
                                 << "could not be started";
}

void TestRunEnding::causeOfAnInterruptionIsNamed()
{
    QFETCH(ProcessEnd, end);
    QFETCH(bool, wasKilled);
    QFETCH(QString, cause);
    RunEnding ending = endedWith(end);
    ending.wasKilled = wasKilled;
    const RunInfo run = withEnding(judged(RunStatus::Interrupted), ending);
    QCOMPARE(run.status, RunStatus::Interrupted);
    QVERIFY2(QString::fromStdString(run.error.message).contains(cause), run.error.message.c_str());
    QCOMPARE(run.error.hint, std::string("Continue it from step 4"));
}

void TestRunEnding::refusalBeforeTheJournalIsFailed()
{
    RunEnding ending = endedWith({true, false, 2, false});
    ending.error = {"bad_field", "method.rank: expected 1…1024, got 0", "", "method.rank"};
    const RunInfo run = withEnding(judged(RunStatus::Interrupted), ending);
    QCOMPARE(run.status, RunStatus::Failed);
    QCOMPARE(run.error.where, std::string("method.rank"));
}

void TestRunEnding::stopIsStopped()
{
    RunEnding ending = endedWith({true, false, 6, false});
    ending.error = {"stopped", "stopped on request", "", ""};
    QCOMPARE(withEnding(judged(RunStatus::Stopped), ending).status, RunStatus::Stopped);
}

void TestRunEnding::errorOutputEndsTheLog()
{
    RunEnding ending = endedWith({true, true, SIGABRT, false});
    ending.errorOutput = "assertion failed";
    RunInfo run = judged(RunStatus::Interrupted);
    run.logTail = QString("line\n").repeated(40);
    const QStringList log = withEnding(run, ending).logTail.split('\n');
    QCOMPARE(log.size(), 30);
    QCOMPARE(log.last(), QString("assertion failed"));
}

void TestRunEnding::runOfSomeoneElseIsJudgedByItsFolder()
{
    QCOMPARE(withEnding(judged(RunStatus::Finished), {}).status, RunStatus::Finished);
    QCOMPARE(withEnding(judged(RunStatus::Interrupted), {}).error.hint,
             std::string("Continue it from step 4"));
}

QTEST_GUILESS_MAIN(TestRunEnding)

#include "tst_run_ending.moc"
