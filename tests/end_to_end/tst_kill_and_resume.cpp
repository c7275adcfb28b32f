// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/end_to_end/scratch.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTest>

using namespace e2e;

namespace {

// Accumulation, dropout, an evaluation and a checkpoint every other step: kills fall into all.
const QStringList kSettings = {"training.max_steps=14",
                               "training.accumulate=3",
                               "training.batch_size=1",
                               "method.dropout=0.1",
                               "training.keep_checkpoints=2"};

} // namespace

class TestKillAndResume final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void killedRunEndsTheSame_data();
    void killedRunEndsTheSame();
    void killedWhileSavingEndsTheSame();
    void killedBeforeTheFirstCheckpointStartsAgain();

private:
    void compare(const QString& run) const;
    void resumeToTheEnd(const QString& run) const;

    Scratch m_scratch;
    QString m_data = m_scratch.data(16);
    QString m_whole = m_scratch.path("whole");
    int m_duration = 0; // ms of the uninterrupted run
};

void TestKillAndResume::initTestCase()
{
    QElapsedTimer timer;
    timer.start();
    const Outcome outcome = engine(tinyTraining(m_data, m_whole, kSettings));
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    m_duration = static_cast<int>(timer.elapsed());
}

void TestKillAndResume::resumeToTheEnd(const QString& run) const
{
    const Outcome outcome = engine({"resume", run});
    QVERIFY2(outcome.exitCode == 0, outcome.story());
}

void TestKillAndResume::compare(const QString& run) const
{
    QCOMPARE(exactMetrics(run), exactMetrics(m_whole));
    QCOMPARE(adapters(run), adapters(m_whole));
    QVERIFY(!adapters(run).isEmpty());
    QVERIFY(QDir(run + "/checkpoints").entryList({"*partial*", "*.old"}).isEmpty());
}

void TestKillAndResume::killedRunEndsTheSame_data()
{
    QTest::addColumn<quint32>("seed");
    for (const quint32 seed : {1u, 2u, 3u, 4u}) {
        QTest::addRow("seed %u", seed) << seed;
    }
}

// Kills at random moments, during the resumes as well, until three kills have struck.
void TestKillAndResume::killedRunEndsTheSame()
{
    QFETCH(quint32, seed);
    QRandomGenerator random(seed);
    const QString run = m_scratch.path(QString("killed-%1").arg(seed));
    QStringList arguments = tinyTraining(m_data, run, kSettings);
    for (int kill = 0; kill < 3; ++kill) {
        Engine victim(arguments);
        victim.process().waitForFinished(random.bounded(m_duration / 3, m_duration));
        victim.kill();
        if (QFile::exists(run + "/job.json")) {
            arguments = {"resume", run};
        }
    }
    if (arguments.front() == "train") {
        QCOMPARE(engine(arguments).exitCode, 0);
    } else {
        resumeToTheEnd(run);
    }
    compare(run);
}

// The kill falls on the first sight of a checkpoint that is being written.
void TestKillAndResume::killedWhileSavingEndsTheSame()
{
    const QString run = m_scratch.path("saving");
    {
        Engine victim(tinyTraining(m_data, run, kSettings));
        const QDir checkpoints(run + "/checkpoints");
        while (victim.isRunning() && QDir(checkpoints).entryList({"*partial*"}).isEmpty()) {
            victim.process().waitForFinished(1);
        }
        victim.kill();
    }
    resumeToTheEnd(run);
    compare(run);
}

void TestKillAndResume::killedBeforeTheFirstCheckpointStartsAgain()
{
    const QString run = m_scratch.path("early");
    {
        Engine victim(tinyTraining(m_data, run, kSettings) << "--json");
        QVERIFY(!victim.waitFor("step").isEmpty());
        victim.kill();
    }
    QDir(run + "/checkpoints").removeRecursively();
    Engine again({"run", run});
    QVERIFY(!again.waitFor("done").isEmpty());
    QCOMPARE(again.finish().exitCode, 0);
    compare(run);
}

QTEST_GUILESS_MAIN(TestKillAndResume)

#include "tst_kill_and_resume.moc"
