// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/end_to_end/scratch.h"

#include <QRandomGenerator>
#include <QTest>

using namespace e2e;

namespace {

// Accumulation, dropout, evaluations, checkpoints: kills fall into all of them.
// A step takes about a millisecond: enough of them that every kill falls into the training.
const QStringList kSettings = {"training.max_steps=400",
                               "training.early_stopping_patience=0",
                               "training.save_every=10",
                               "training.evaluate_every=25",
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
    // Starts the program and kills it some ms after so many events of a kind.
    static void killAfter(const QStringList& arguments, const QString& event, int count, int ms);
    void compare(const QString& run) const;
    void resumeToTheEnd(const QString& run) const;

    Scratch m_scratch;
    QString m_data = m_scratch.data(16);
    QString m_whole = m_scratch.path("whole");
};

void TestKillAndResume::initTestCase()
{
    const Outcome outcome = engine(tinyTraining(m_data, m_whole, kSettings));
    QVERIFY2(outcome.exitCode == 0, outcome.story());
}

void TestKillAndResume::killAfter(const QStringList& arguments,
                                  const QString& event,
                                  int count,
                                  int ms)
{
    Engine victim(arguments + QStringList{"--json"});
    for (int i = 0; i < count; ++i) {
        QVERIFY(!victim.waitFor(event).isEmpty());
    }
    victim.process().waitForFinished(ms);
    victim.kill();
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

// Three kills: in the first training, in the resume before it trains, and in the resume after that
// one.
void TestKillAndResume::killedRunEndsTheSame()
{
    QFETCH(quint32, seed);
    QRandomGenerator random(seed);
    const QString run = m_scratch.path(QString("killed-%1").arg(seed));
    const int steps = random.bounded(1, 10);
    killAfter(tinyTraining(m_data, run, kSettings), "step", steps, random.bounded(25));
    killAfter({"resume", run}, "started", 1, random.bounded(100));
    killAfter({"resume", run}, "step", random.bounded(1, 12), random.bounded(25));
    QVERIFY(!QFile::exists(run + "/manifest.json"));
    resumeToTheEnd(run);
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
