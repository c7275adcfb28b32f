// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/library/run_record.h"

#include "engine/contract/error_codes.h"
#include "tests/app/library/library_fixture.h"

#include <QTest>

using namespace app::library;
using namespace Qt::StringLiterals;

class TestRunRecord : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAFinishedRun();
    void unnamedRunIsCalledLikeItsFolder();
    void lastEventSaysHowItEnded_data();
    void lastEventSaysHowItEnded();
    void tornFilesOnlyLeaveFieldsEmpty();
    void startFromIsAParent();
    void folderWithoutAJobIsRefused();
    void manyLossesAreThinned();
};

void TestRunRecord::readsAFinishedRun()
{
    QTemporaryDir folder;
    test_support::writeRun(folder.path());
    const auto read = readRunFolder(folder.path());
    VERIFY_OK(read);
    const Run& run = read.value().run;
    QCOMPARE(run.id, u"run-1"_s);
    QCOMPARE(run.name, u"kestrel"_s);
    QCOMPARE(run.method, u"lora"_s);
    QVERIFY(run.status == StoredStatus::Finished);
    QCOMPARE(run.device, u"Xeon"_s);
    QCOMPARE(run.trainSamples, 55);
    QCOMPARE(run.validationSamples, 3);
    QCOMPARE(run.started.secsTo(run.ended), 8 * 60);
    QCOMPARE(run.metrics.step, 3);
    QCOMPARE(run.metrics.totalSteps, 3);
    QCOMPARE(*run.metrics.loss, 1.5);
    QCOMPARE(*run.metrics.evalLoss, 1.5);
    QCOMPARE(*run.metrics.bestLoss, 1.25);
    QCOMPARE(run.metrics.bestStep, 2);
    QCOMPARE(run.metrics.memoryBytes, 9000);
    QCOMPARE(run.metrics.tokensPerSecond, 75.0);
    QCOMPARE(run.metrics.trainable, 128);
    QCOMPARE(read.value().base.sha256, u"b1"_s);
    QCOMPARE(read.value().dataset.sha256, u"d1"_s);
    QCOMPARE(read.value().dataset.dropped, 2);
    QVERIFY(read.value().adapter.has_value());
    const Adapter& adapter = read.value().adapter->adapter;
    QCOMPARE(adapter.id, run.id);
    QCOMPARE(adapter.name, u"kestrel"_s);
    QCOMPARE(*adapter.evalLoss, 1.25);
    QCOMPARE(adapter.evalStep, 2);
    QCOMPARE(adapter.rank, 8);
}

void TestRunRecord::unnamedRunIsCalledLikeItsFolder()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"2026-03-01_142208"_s);
    test_support::writeRun(path, {.name = ""});
    QCOMPARE(readRunFolder(path + u'/').value().run.name, u"2026-03-01_142208"_s);
}

void TestRunRecord::lastEventSaysHowItEnded_data()
{
    QTest::addColumn<QByteArray>("event");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("error");
    QTest::newRow("diverged") << QByteArray(
        R"({"event":"failed","code":"diverged","message":"The loss is not finite"})")
                              << int(StoredStatus::Failed) << u"The loss is not finite"_s;
    QTest::newRow("stopped") << QByteArray(
        R"({"event":"failed","code":"stopped","message":"Stopped"})")
                             << int(StoredStatus::Stopped) << QString();
    QTest::newRow("killed") << QByteArray(R"({"event":"step","step":2})")
                            << int(StoredStatus::Unfinished) << QString();
    QTest::newRow("torn line") << QByteArray("{\"event\":\"failed\"}\n{\"event\":\"st")
                               << int(StoredStatus::Failed) << QString();
    QTest::newRow("done without a manifest")
        << QByteArray(R"({"event":"done"})") << int(StoredStatus::Unfinished) << QString();
}

void TestRunRecord::lastEventSaysHowItEnded()
{
    QFETCH(QByteArray, event);
    QFETCH(int, status);
    QFETCH(QString, error);
    QTemporaryDir folder;
    test_support::writeRun(folder.path(), {.isFinished = false, .lastEvent = event});
    const auto read = readRunFolder(folder.path());
    VERIFY_OK(read);
    QCOMPARE(int(read.value().run.status), status);
    QCOMPARE(read.value().run.error, error);
    QVERIFY(!read.value().adapter);
}

void TestRunRecord::tornFilesOnlyLeaveFieldsEmpty()
{
    QTemporaryDir folder;
    test_support::writeRun(folder.path());
    test_support::writeFile(folder.filePath(u"manifest.json"_s), "{\"ver");
    test_support::writeFile(folder.filePath(u"report.json"_s), "\xff\xfe");
    test_support::writeFile(folder.filePath(u"events.jsonl"_s), "");
    test_support::writeFile(folder.filePath(u"metrics.csv"_s),
                            "step,epoch,loss,eval_loss,learning_rate,grad_norm,tokens,seconds,"
                            "tokens_per_second,memory_bytes\n1,0.3,3,,0.1,1,100,1,100,7\n2,0.6,2");
    test_support::writeFile(folder.filePath(u"output/adapter.studio.json"_s), "{");
    const auto read = readRunFolder(folder.path());
    VERIFY_OK(read);
    QVERIFY(read.value().run.status == StoredStatus::Unfinished);
    QCOMPARE(read.value().run.metrics.step, 1);
    QVERIFY(read.value().base.sha256.isEmpty());
    QVERIFY(read.value().adapter->side.isEmpty());
}

void TestRunRecord::startFromIsAParent()
{
    QTemporaryDir folder;
    test_support::writeRun(folder.path(), {.startFrom = u"/runs/1/output/adapter"_s});
    const auto read = readRunFolder(folder.path());
    VERIFY_OK(read);
    const auto& parents = read.value().adapter->parents;
    QCOMPARE(parents.size(), size_t(1));
    QCOMPARE(parents[0].path, u"/runs/1/output/adapter"_s);
    QCOMPARE(parents[0].relation, QString::fromLatin1(relation::kContinued));
}

void TestRunRecord::folderWithoutAJobIsRefused()
{
    QTemporaryDir folder;
    const auto missing = readRunFolder(folder.path());
    QVERIFY(!missing);
    QCOMPARE(missing.error().code, std::string(::engine::contract::code::kNotFound));
    test_support::writeFile(folder.filePath(u"job.json"_s), "[1, 2");
    const auto broken = readRunFolder(folder.path());
    QVERIFY(!broken);
    QCOMPARE(broken.error().code, std::string(::engine::contract::code::kBadFile));
}

void TestRunRecord::manyLossesAreThinned()
{
    QTemporaryDir folder;
    test_support::writeRun(folder.path());
    QByteArray rows = "step,epoch,loss,eval_loss,learning_rate,grad_norm,tokens,seconds,"
                      "tokens_per_second,memory_bytes\n";
    for (int i = 1; i <= 1000; ++i) {
        rows += QByteArray::number(i) + ",0,2,,0,1,1,1,1,1\n";
    }
    test_support::writeFile(folder.filePath(u"metrics.csv"_s), rows);
    const auto points = readRunFolder(folder.path()).value().run.metrics.lossPoints;
    QCOMPARE(points.size(), size_t(64));
    QVERIFY(std::all_of(points.begin(), points.end(), [](double loss) { return loss == 2; }));
}

QTEST_GUILESS_MAIN(TestRunRecord)
#include "tst_run_record.moc"
