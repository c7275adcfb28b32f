// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Data of other kinds, through the real program.
#include "tests/end_to_end/scratch.h"

#include <QTest>

using namespace e2e;

class TestDataImport final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void inspectTellsTheMapping();
    void badRowsAreWrittenForMending();
    void rowsOfOtherTasksAreShown();
    void rowsOfOtherTasksAreNotTrained_data();
    void rowsOfOtherTasksAreNotTrained();

private:
    QString write(const QString& name, const QByteArray& bytes) const
    {
        writeFile(m_scratch.path(name), bytes);
        return m_scratch.path(name);
    }

    Scratch m_scratch;
};

void TestDataImport::inspectTellsTheMapping()
{
    const QString data = write("qa.csv", "질문,답변\nHi,Hello\nBye,\n");
    const QJsonObject answer = engine({"inspect", "data", data, "--rows", "5", "--json"}).json();
    QCOMPARE(answer["preset"].toString(), "qa_ko");
    QCOMPARE(answer["roles"]["질문"].toString(), "prompt");
    QCOMPARE(answer["format"].toString(), "prompt_completion");
    QCOMPARE(answer["confidence"].toDouble(), 0.5);
    QCOMPARE(answer["candidates"][0]["format"].toString(), "prompt_completion");
    QCOMPARE(answer["examples"]["답변"].toString(), "Hello");
    QCOMPARE(answer["dropped_by_code"]["empty_answer"].toInt(), 1);
    QCOMPARE(answer["dropped"][0]["text"].toString(), "Bye,");
    QCOMPARE(answer["records"][0]["turns"][1]["content"].toString(), "Hello");
    QVERIFY(!answer["records"].toArray()[0].toObject().contains("task"));
}

void TestDataImport::badRowsAreWrittenForMending()
{
    const QString file = m_scratch.path("bad.jsonl");
    const QString data = write("broken.jsonl", "{\"text\":\"a\"}\n{\"foo\":1}\n{]\n");
    const QStringList arguments = {"inspect", "data", data, "--bad-rows", file, "--json"};
    QCOMPARE(engine(arguments).exitCode, 0);
    const QList<QByteArray> lines = readFile(file).trimmed().split('\n');
    QCOMPARE(lines.size(), 2);
    const QJsonObject first = QJsonDocument::fromJson(lines[0]).object();
    QCOMPARE(first["line"].toInt(), 2);
    QCOMPARE(first["code"].toString(), "no_known_columns");
    QCOMPARE(first["row"].toString(), "{\"foo\":1}");
    QCOMPARE(first["sha256"].toString().size(), 64);
    QCOMPARE(engine(arguments).exitCode, 2); // the file is there already
    const QString all = m_scratch.path("all.jsonl");
    const QString hopeless = write("hopeless.jsonl", "{\"foo\":1}\n{\"foo\":2}\n");
    QCOMPARE(engine({"inspect", "data", hopeless, "--bad-rows", all}).exitCode, 3);
    QCOMPARE(readFile(all).count('\n'), 2);
}

void TestDataImport::rowsOfOtherTasksAreShown()
{
    const QString data = write("pairs.jsonl",
                               R"({"prompt":"Q","chosen":"A","rejected":"B"})"
                               "\n"
                               R"({"text":"T","text_pair":"U","label":"c"})"
                               "\n");
    const QJsonObject answer = engine({"inspect", "data", data, "--rows", "5", "--json"}).json();
    const QJsonArray records = answer["records"].toArray();
    QCOMPARE(records[0]["task"].toString(), "preference");
    QCOMPARE(records[0]["rejected"][0]["content"].toString(), "B");
    QCOMPARE(records[1]["task"].toString(), "classification");
    QCOMPARE(records[1]["text_pair"].toString(), "U");
    QCOMPARE(records[1]["label"].toString(), "c");
}

void TestDataImport::rowsOfOtherTasksAreNotTrained_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("hint");
    QTest::newRow("preference") << QByteArray(R"({"prompt":"Q","chosen":"A","rejected":"B"})")
                                << R"({"prompt":"prompt","chosen":"completion"})";
    QTest::newRow("classification") << QByteArray(R"({"text":"T","category":"c"})")
                                    << R"({"category":"completion","text":"prompt"})";
    QTest::newRow("unpaired") << QByteArray(R"({"prompt":"Q","completion":"A","label":false})")
                              << "data.format=messages or prompt_completion";
}

void TestDataImport::rowsOfOtherTasksAreNotTrained()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, hint);
    const QString data = write("task.jsonl", bytes);
    const Outcome outcome = engine(tinyTraining(data, m_scratch.path("refused")));
    QCOMPARE(outcome.exitCode, 3);
    QVERIFY2(outcome.errors.contains(hint.toUtf8()), outcome.story());
    QVERIFY(!QFile::exists(m_scratch.path("refused")));
}

QTEST_GUILESS_MAIN(TestDataImport)
#include "tst_data_import.moc"
