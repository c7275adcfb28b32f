// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/engine/engine_process.h"
#include "tests/support/fake_engine/fake_mode.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace app::engine;
using namespace std::chrono_literals;
using test_support::fakeEngine;
using test_support::FakeMode;

class TestEngineProcess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesComeInAndCommandsGoOut();
    void refusedLinesAreReportedAndTheOthersRead();
    void crashIsNamedByItsSignal();
    void programThatIsNotThereIsReported();
    void silentProgramIsTerminatedAndThenKilled();
    void silentProgramIsOnlyTerminatedWhenNothingMoreIsAskedFor();
    void programThatStaysAliveIsLeftAlone();
    void stderrIsKept();
    void programDiesWithItsOwner();
    void releasedProgramLivesOn();
    void sendingToNothingFails();

private:
    static ProcessEnd endOf(const QSignalSpy& spy)
    {
        return spy.first().first().value<ProcessEnd>();
    }
    static QStringList serve(const QTemporaryDir& folder)
    {
        return {"serve", "--scratch", folder.path()};
    }
    static bool isThere(qint64 process) { return ::kill(static_cast<pid_t>(process), 0) == 0; }
    static Patience impatient()
    {
        Patience patience;
        patience.silence = 300ms;
        patience.ending = 50ms;
        return patience;
    }
};

void TestEngineProcess::linesComeInAndCommandsGoOut()
{
    const QTemporaryDir folder;
    EngineProcess process(fakeEngine(), EngineProcess::OnSilence::Nothing);
    std::vector<std::string> lines;
    connect(&process, &EngineProcess::line, this, [&](const std::string& text) {
        lines.push_back(text);
    });
    QSignalSpy finished(&process, &EngineProcess::finished);
    process.start(serve(folder));
    QVERIFY(
        process.send({"ask", 0, {}, contract::Value::object({{"id", "7"}, {"question", "echo"}})}));
    QTRY_VERIFY(!lines.empty() && lines.back().find("\"answer\"") != std::string::npos);
    QVERIFY(lines.front().starts_with("{\"event\":\"hello\""));
    process.closeInput();
    QTRY_COMPARE(finished.count(), 1);
    QVERIFY(endOf(finished).isSuccess());
    QVERIFY(!process.isRunning());
}

void TestEngineProcess::refusedLinesAreReportedAndTheOthersRead()
{
    const FakeMode mode("garbage");
    const QTemporaryDir folder;
    EngineProcess process(fakeEngine(), EngineProcess::OnSilence::Nothing);
    int hellos = 0;
    connect(&process, &EngineProcess::line, this, [&](const std::string& text) {
        hellos += text.starts_with("{\"event\":\"hello\"") ? 1 : 0;
    });
    QSignalSpy refused(&process, &EngineProcess::lineRefused);
    process.start(serve(folder));
    QTRY_COMPARE(hellos, 1);
    QCOMPARE(refused.count(), 2); // not UTF-8, too long
}

void TestEngineProcess::crashIsNamedByItsSignal()
{
    const FakeMode mode("crash_at_start");
    EngineProcess process(fakeEngine(), EngineProcess::OnSilence::Nothing);
    QSignalSpy finished(&process, &EngineProcess::finished);
    process.start({"serve"});
    QTRY_COMPARE(finished.count(), 1);
    QVERIFY(endOf(finished).hasCrashed);
    QVERIFY(!endOf(finished).isSuccess());
    QCOMPARE(endOf(finished).cause(), QString("SIGSEGV"));
}

void TestEngineProcess::programThatIsNotThereIsReported()
{
    EngineProcess process("/no/such/program", EngineProcess::OnSilence::Nothing);
    QSignalSpy finished(&process, &EngineProcess::finished);
    process.start({"serve"});
    QTRY_COMPARE(finished.count(), 1);
    QVERIFY(!endOf(finished).didStart);
    QVERIFY(!endOf(finished).isSuccess());
    QVERIFY(!process.logTail().isEmpty());
}

void TestEngineProcess::silentProgramIsTerminatedAndThenKilled()
{
    const FakeMode mode("silent"); // ignores SIGTERM
    const QTemporaryDir folder;
    EngineProcess process(fakeEngine(), EngineProcess::OnSilence::TerminateThenKill, impatient());
    QSignalSpy silent(&process, &EngineProcess::fellSilent);
    QSignalSpy finished(&process, &EngineProcess::finished);
    process.start(serve(folder));
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(silent.count(), 1);
    QCOMPARE(endOf(finished).cause(), QString("SIGKILL"));
    QVERIFY(endOf(finished).wasSilent);
}

void TestEngineProcess::silentProgramIsOnlyTerminatedWhenNothingMoreIsAskedFor()
{
    const FakeMode mode("silent");
    const QTemporaryDir folder;
    EngineProcess process(fakeEngine(), EngineProcess::OnSilence::Terminate, impatient());
    QSignalSpy silent(&process, &EngineProcess::fellSilent);
    QSignalSpy finished(&process, &EngineProcess::finished);
    process.start(serve(folder));
    QTRY_COMPARE(silent.count(), 1);
    QTest::qWait(200); // four times the patience before a kill
    QCOMPARE(finished.count(), 0);
    process.kill();
    QTRY_COMPARE(finished.count(), 1);
}

void TestEngineProcess::programThatStaysAliveIsLeftAlone()
{
    const QTemporaryDir folder;
    EngineProcess process(fakeEngine(), EngineProcess::OnSilence::TerminateThenKill, impatient());
    int alive = 0;
    connect(&process, &EngineProcess::line, this, [&](const std::string& text) {
        alive += text.find("\"alive\"") != std::string::npos ? 1 : 0;
    });
    QSignalSpy silent(&process, &EngineProcess::fellSilent);
    process.start(serve(folder));
    QTRY_VERIFY(alive > 12); // every 50 ms: twice the patience
    QCOMPARE(silent.count(), 0);
}

void TestEngineProcess::stderrIsKept()
{
    const QTemporaryDir folder;
    EngineProcess process(fakeEngine(), EngineProcess::OnSilence::Nothing);
    process.setLogFile(folder.filePath("engine.log"));
    QSignalSpy finished(&process, &EngineProcess::finished);
    process.start({"estimate", "--json"});
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(process.logTail(), QString("fake engine: estimate --json"));
    QVERIFY(QFile(folder.filePath("engine.log")).size() > 0);
}

void TestEngineProcess::programDiesWithItsOwner()
{
    const QTemporaryDir folder;
    qint64 id = 0;
    {
        EngineProcess process(fakeEngine(), EngineProcess::OnSilence::Nothing);
        QSignalSpy started(&process, &EngineProcess::started);
        process.start(serve(folder));
        QTRY_COMPARE(started.count(), 1);
        id = process.processId();
        QVERIFY(isThere(id));
    }
    QVERIFY(!isThere(id));
}

void TestEngineProcess::releasedProgramLivesOn()
{
    const FakeMode mode("silent"); // does not end with its stdin
    const QTemporaryDir folder;
    qint64 id = 0;
    {
        EngineProcess process(fakeEngine(), EngineProcess::OnSilence::Nothing);
        QSignalSpy line(&process, &EngineProcess::line);
        process.start(serve(folder));
        QTRY_VERIFY(line.count() > 0);
        id = process.processId();
        process.release();
        QVERIFY(!process.isRunning());
    }
    QVERIFY(isThere(id));
    QCOMPARE(::kill(static_cast<pid_t>(id), SIGKILL), 0);
}

void TestEngineProcess::sendingToNothingFails()
{
    EngineProcess process(fakeEngine(), EngineProcess::OnSilence::Nothing);
    QVERIFY(!process.send({"stop"}));
}

QTEST_GUILESS_MAIN(TestEngineProcess)

#include "tst_engine_process.moc"
