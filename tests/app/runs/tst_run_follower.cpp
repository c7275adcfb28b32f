// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/runs/run_follower.h"
#include "tests/app/runs/run_folders.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace app::runs;

class TestRunFollower : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void finishedRunIsReadAtOnce();
    void folderWithoutAJournalIsLoadedAndEmpty();
    void growingJournalIsFollowed();
    void tornLastLineIsReadOnceItIsWhole();
    void tornLineThatAnEngineCutOffLeavesNoTrace();
    void lineOfManyMegabytesIsPassedOver();
    void longRunIsReadWhole();

private:
    static void append(const QString& folder, const QByteArray& text)
    {
        QFile file(folder + "/events.jsonl");
        QVERIFY(file.open(QIODevice::Append));
        file.write(text);
    }
    static QByteArray step(int number)
    {
        return R"({"event":"step","seq":1,"time":"2026-03-01T14:22:08.123Z","step":)"
               + QByteArray::number(number)
               + R"(,"epoch":0.5,"loss":1.25,"learning_rate":0.0002,"grad_norm":1.5,"tokens":100,)"
                 R"("tokens_per_second":99.5,"seconds":1.5,"memory_bytes":1000,"accuracy":0.5})"
                 "\n";
    }
};

void TestRunFollower::finishedRunIsReadAtOnce()
{
    const QTemporaryDir parent;
    RunFollower follower(
        run_folders::make(parent.path(), "a", run_folders::recording("finished.jsonl")));
    QSignalSpy updated(&follower, &RunFollower::updated);
    QSignalSpy loaded(&follower, &RunFollower::loaded);
    QTRY_COMPARE(loaded.count(), 1);
    QCOMPARE(updated.count(), 1);
    QCOMPARE(updated.first().first().toLongLong(), 0);
    QCOMPARE(follower.series().size(), std::size_t{12});
    QCOMPARE(follower.series().terminal, QString("done"));
}

void TestRunFollower::folderWithoutAJournalIsLoadedAndEmpty()
{
    const QTemporaryDir parent;
    RunFollower follower(run_folders::make(parent.path(), "a", {}));
    QSignalSpy loaded(&follower, &RunFollower::loaded);
    QTRY_COMPARE(loaded.count(), 1);
    QVERIFY(follower.series().isEmpty());
}

void TestRunFollower::growingJournalIsFollowed()
{
    const QTemporaryDir parent;
    const QString folder = run_folders::make(parent.path(), "a", step(1) + step(2));
    RunFollower follower(folder);
    QSignalSpy updated(&follower, &RunFollower::updated);
    QTRY_COMPARE(updated.count(), 1);
    append(folder, step(3));
    QTRY_COMPARE(updated.count(), 2);
    QCOMPARE(updated.last().first().toLongLong(), 2);
    QCOMPARE(follower.series().steps, (std::vector<int32_t>{1, 2, 3}));
    append(folder, "{\"event\":\"resumed\",\"from_step\":1}\n" + step(2));
    QTRY_COMPARE(updated.count(), 3);
    QCOMPARE(follower.series().steps, (std::vector<int32_t>{1, 2}));
}

void TestRunFollower::tornLastLineIsReadOnceItIsWhole()
{
    const QTemporaryDir parent;
    const QString folder = run_folders::make(parent.path(), "a", step(1) + step(2).left(60));
    RunFollower follower(folder);
    QTRY_COMPARE(follower.series().size(), std::size_t{1});
    append(folder, step(2).mid(60));
    QTRY_COMPARE(follower.series().size(), std::size_t{2});
}

void TestRunFollower::tornLineThatAnEngineCutOffLeavesNoTrace()
{
    const QTemporaryDir parent;
    const QByteArray whole = step(1);
    const QString folder = run_folders::make(parent.path(), "a", whole + step(2).left(100));
    RunFollower follower(folder);
    QTRY_COMPARE(follower.series().size(), std::size_t{1});
    QVERIFY(QFile::resize(folder + "/events.jsonl", whole.size()));
    append(folder, step(2) + step(3));
    QTRY_COMPARE(follower.series().steps, (std::vector<int32_t>{1, 2, 3}));
}

void TestRunFollower::lineOfManyMegabytesIsPassedOver()
{
    const QTemporaryDir parent;
    const QString folder =
        run_folders::make(parent.path(), "a", step(1) + QByteArray(5 << 20, 'x') + '\n' + step(2));
    RunFollower follower(folder);
    QTRY_COMPARE(follower.series().steps, (std::vector<int32_t>{1, 2}));
}

void TestRunFollower::longRunIsReadWhole()
{
    constexpr int kSteps = 100'000;
    const QTemporaryDir parent;
    QByteArray journal;
    for (int number = 1; number <= kSteps; ++number) {
        journal += step(number);
    }
    const QString folder = run_folders::make(parent.path(), "a", journal);
    QElapsedTimer timer;
    timer.start();
    RunFollower follower(folder);
    QSignalSpy loaded(&follower, &RunFollower::loaded);
    QVERIFY(loaded.wait(60'000));
    qInfo("%d steps, %lld MB in %lld ms",
          kSteps,
          static_cast<long long>(journal.size() / 1'000'000),
          static_cast<long long>(timer.elapsed()));
    QCOMPARE(follower.series().size(), std::size_t{kSteps});
    QCOMPARE(follower.series().steps.back(), kSteps);
}

QTEST_GUILESS_MAIN(TestRunFollower)

#include "tst_run_follower.moc"
