// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What is said of a run in its state.
#include "ui/pages/runs/run_texts.h"

#include <QTest>

using namespace ui::pages::runs;
using app::runs::RunInfo;
using app::runs::RunStatus;

class TestRunTexts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void theListLineFitsTheState_data();
    void theListLineFitsTheState();
    void theHeadingNamesOnlyWhatIsKnown();
    void aRunningRunSaysItsPhase();
    void aRunThatIsPreparedSaysHowFar();
};

void TestRunTexts::theListLineFitsTheState_data()
{
    QTest::addColumn<RunStatus>("status");
    QTest::addColumn<QString>("line");
    QTest::newRow("running") << RunStatus::Running << "46% · validation 1.327";
    QTest::newRow("paused") << RunStatus::Paused << "paused · 46% · validation 1.327";
    QTest::newRow("finished") << RunStatus::Finished << "17 min 48 s · best 1.311";
    QTest::newRow("stopped") << RunStatus::Stopped << "stopped at 1,240 of 2,676";
    QTest::newRow("interrupted") << RunStatus::Interrupted << "interrupted at 1,240 of 2,676";
    QTest::newRow("failed") << RunStatus::Failed << "failed at step 1,240";
}

void TestRunTexts::theListLineFitsTheState()
{
    QFETCH(RunStatus, status);
    QFETCH(QString, line);
    RunInfo run;
    run.status = status;
    run.step = 1240;
    run.totalSteps = 2676;
    run.seconds = 17 * 60 + 48;
    run.evalLoss = 1.3271;
    run.bestEvalLoss = 1.311;
    // The space before % is a thin one that some locales write themselves.
    QString said = listLine(run);
    said.remove(QChar(0x2009))
        .remove(QChar(0x202f))
        .remove(QChar(0xa0))
        .replace(QStringLiteral(" %"), QStringLiteral("%"));
    QCOMPARE(said, line);
}

void TestRunTexts::theHeadingNamesOnlyWhatIsKnown()
{
    RunInfo run;
    QCOMPARE(headingFact(run), QString());
    run.baseName = QStringLiteral("Qwen2.5-0.5B");
    run.method = QStringLiteral("LoRA r 16");
    QCOMPARE(headingFact(run), QStringLiteral("Qwen2.5-0.5B · LoRA r 16"));
    run.trainableParameters = 8'798'208;
    QVERIFY(headingFact(run).contains(QStringLiteral("trainable")));
    QVERIFY(!headingFact(run).contains(u'%'));
    run.totalParameters = 494'000'000;
    QVERIFY(headingFact(run).contains(u'%'));
}

void TestRunTexts::aRunningRunSaysItsPhase()
{
    RunInfo run;
    run.status = RunStatus::Running;
    run.phase = QStringLiteral("evaluating");
    QCOMPARE(stateWord(run), QStringLiteral("Evaluating"));
    run.status = RunStatus::Stopping;
    QCOMPARE(stateWord(run), QStringLiteral("Stopping"));
}

void TestRunTexts::aRunThatIsPreparedSaysHowFar()
{
    RunInfo run;
    run.status = RunStatus::Starting;
    QCOMPARE(stateWord(run), QStringLiteral("Starting"));
    QCOMPARE(listLine(run), QStringLiteral("starting"));
    run.phase = QStringLiteral("tokenizing");
    run.work = QStringLiteral("reading");
    run.workShare = 0.43;
    QVERIFY(stateWord(run).startsWith(QStringLiteral("Reading the data · 43")));
    QVERIFY(listLine(run).startsWith(QStringLiteral("reading the data · 43")));
    run.phase = QStringLiteral("loading_model");
    run.work.clear();
    run.workShare = -1;
    QCOMPARE(stateWord(run), QStringLiteral("Loading the model"));
    run.totalSteps = 240;
    run.status = RunStatus::Stopped;
    QCOMPARE(listLine(run), QStringLiteral("stopped before the first step"));
}

QTEST_APPLESS_MAIN(TestRunTexts)
#include "tst_run_texts.moc"
