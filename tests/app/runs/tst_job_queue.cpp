// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/runs/job_queue.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace app::runs;

class TestJobQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jobsSurviveTheWindow();
    void orderCanBeChanged_data();
    void orderCanBeChanged();
    void firstIsTaken();
    void damagedFileIsSetAside();
    void unknownJobIsNeitherMovedNorRemoved();

private:
    static QueuedJob job(const QString& id)
    {
        return {id,
                "name of " + id,
                QDateTime::currentDateTimeUtc(),
                app::engine::contract::Value::object({{"id", id.toStdString()}})};
    }
    static QString order(const JobQueue& queue)
    {
        QString ids;
        for (const QueuedJob& waiting : queue.jobs()) {
            ids += waiting.id;
        }
        return ids;
    }
};

void TestJobQueue::jobsSurviveTheWindow()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath("queue.json");
    {
        JobQueue queue(file);
        queue.add(job("a"));
        queue.add(job("b"));
        queue.move("b", 0);
    }
    const JobQueue queue(file);
    QCOMPARE(order(queue), QString("ba"));
    QCOMPARE(queue.jobs()[0].name, QString("name of b"));
    QCOMPARE(queue.jobs()[0].job["id"].toString(), std::string("b"));
    QVERIFY(queue.jobs()[0].added.isValid());
}

void TestJobQueue::orderCanBeChanged_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<int>("position");
    QTest::addColumn<QString>("expected");
    QTest::newRow("to the front") << "c" << 0 << "cab";
    QTest::newRow("to the end") << "a" << 2 << "bca";
    QTest::newRow("beyond the end") << "a" << 9 << "bca";
    QTest::newRow("before the front") << "b" << -1 << "bac";
}

void TestJobQueue::orderCanBeChanged()
{
    QFETCH(QString, id);
    QFETCH(int, position);
    QFETCH(QString, expected);
    const QTemporaryDir folder;
    JobQueue queue(folder.filePath("queue.json"));
    for (const char* name : {"a", "b", "c"}) {
        queue.add(job(name));
    }
    QSignalSpy changed(&queue, &JobQueue::changed);
    QVERIFY(queue.move(id, position));
    QCOMPARE(order(queue), expected);
    QCOMPARE(changed.count(), 1);
}

void TestJobQueue::firstIsTaken()
{
    const QTemporaryDir folder;
    JobQueue queue(folder.filePath("queue.json"));
    QVERIFY(!queue.takeFirst());
    queue.add(job("a"));
    QCOMPARE(queue.takeFirst()->id, QString("a"));
    QVERIFY(queue.isEmpty());
}

void TestJobQueue::damagedFileIsSetAside()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath("queue.json");
    QFile damaged(file);
    QVERIFY(damaged.open(QIODevice::WriteOnly));
    damaged.write("{\"jobs\": [");
    damaged.close();
    JobQueue queue(file);
    QVERIFY(queue.loadProblem());
    QVERIFY(queue.isEmpty());
    QVERIFY(QFile::exists(file + ".damaged"));
    queue.add(job("a"));
    QTRY_VERIFY(QFile::exists(file));
}

void TestJobQueue::unknownJobIsNeitherMovedNorRemoved()
{
    const QTemporaryDir folder;
    JobQueue queue(folder.filePath("queue.json"));
    QVERIFY(!queue.move("a", 0));
    QVERIFY(!queue.remove("a"));
}

QTEST_GUILESS_MAIN(TestJobQueue)

#include "tst_job_queue.moc"
