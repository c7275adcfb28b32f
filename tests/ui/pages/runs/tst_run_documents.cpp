// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Reading the small files of a run folder, whole, broken or absent.
#include "ui/pages/runs/run_documents.h"

#include "tests/app/runs/run_folders.h"

#include <QTemporaryDir>
#include <QTest>

using namespace ui::pages::runs;

class TestRunDocuments : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aJobIsFlattenedInItsOrder();
    void smallNumbersAreWrittenOneWay();
    void absentAndBrokenFilesAreNull();
    void aLongLogIsCutAtALine();
};

void TestRunDocuments::aJobIsFlattenedInItsOrder()
{
    QTemporaryDir folder;
    const QString run = run_folders::make(folder.path(), QStringLiteral("a"), {});
    const QList<Entry> entries = flattened(readDocuments(run).job);
    QCOMPARE(entries.first().key, QStringLiteral("model.path"));
    QCOMPARE(entries.first().value, QStringLiteral("/samples/model"));
    const auto prompts =
        std::ranges::find(entries, QStringLiteral("training.sample_prompts"), &Entry::key);
    QVERIFY(prompts != entries.end());
    QCOMPARE(prompts->value, QStringLiteral("[\"Where is the treasure?\"]"));
}

void TestRunDocuments::smallNumbersAreWrittenOneWay()
{
    const auto job = engine::contract::parseJson(R"({"a":0.001,"b":0.0002,"c":0.05,"d":0.0})");
    QStringList values;
    for (const Entry& entry : flattened(job.value())) {
        values.append(entry.value);
    }
    QCOMPARE(values.join(u' '), QStringLiteral("1e-3 2e-4 0.05 0"));
}

void TestRunDocuments::absentAndBrokenFilesAreNull()
{
    QTemporaryDir folder;
    QVERIFY(readDocuments(folder.path()).job.isNull());
    run_folders::write(folder.filePath(QStringLiteral("report.json")), "{\"data\": ");
    QVERIFY(readDocuments(folder.path()).report.isNull());
    QVERIFY(flattened({}).isEmpty());
}

void TestRunDocuments::aLongLogIsCutAtALine()
{
    QTemporaryDir folder;
    run_folders::write(folder.filePath(QStringLiteral("engine.log")),
                       "first line\nsecond line\nthird\n");
    QCOMPARE(readLog(folder.path(), 1000), QStringLiteral("first line\nsecond line\nthird\n"));
    QCOMPARE(readLog(folder.path(), 10), QStringLiteral("third\n"));
    QVERIFY(readLog(folder.filePath(QStringLiteral("absent")), 10).isEmpty());
}

QTEST_APPLESS_MAIN(TestRunDocuments)
#include "tst_run_documents.moc"
