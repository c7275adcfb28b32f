// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Data of other kinds, through the real program.
#include "tests/end_to_end/scratch.h"

#include <QTest>

#include <algorithm>

using namespace e2e;

namespace {

// Rows that take seconds to be compared with each other.
QByteArray manyRows()
{
    QByteArray lines;
    for (int i = 0; i < 60000; ++i) {
        lines += R"({"prompt":"Question number )" + QByteArray::number(i * 7919)
                 + R"( about ships and their crews?","completion":"Answer )" + QByteArray::number(i)
                 + " of the old sea dog to that.\"}\n";
    }
    return lines;
}

} // namespace

class TestDataImport final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void inspectTellsTheMapping();
    void badRowsAreWrittenForMending();
    void rowsOfOtherTasksAreShown();
    void rowsOfOtherTasksAreLearnedAsAnswers_data();
    void rowsOfOtherTasksAreLearnedAsAnswers();
    void unwantedAnswersAloneTeachNothing();
    void theEncodingCanBeGiven();
    void inputAndHistoryAreColumns();
    void describeListsTheKnownDataSets();
    void readingTellsHowFarItIs();
    void aStoppedReadingLeavesNothing();

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

void TestDataImport::rowsOfOtherTasksAreLearnedAsAnswers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("preference") << QByteArray(R"({"prompt":"Q","chosen":"A","rejected":"B"})")
                                << QByteArray("A");
    QTest::newRow("classification")
        << QByteArray(R"({"text":"T","category":"cold"})") << QByteArray("cold");
    QTest::newRow("unpaired") << QByteArray(R"({"prompt":"Q","completion":"A","label":true})")
                              << QByteArray("A");
}

void TestDataImport::rowsOfOtherTasksAreLearnedAsAnswers()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, answer);
    const QString data = write("task.jsonl", bytes);
    const QString run = m_scratch.path(QString::fromLatin1(QTest::currentDataTag()));
    const Outcome outcome = engine(tinyTraining(data, run));
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    const QJsonObject report = QJsonDocument::fromJson(readFile(run + "/report.json")).object();
    const QJsonArray notices = report["data"]["notices"].toArray();
    QVERIFY(std::ranges::any_of(notices, [](const QJsonValue& notice) {
        return notice["code"].toString() == "other_task";
    }));
    const Outcome shown = engine({"preview", "--model", kModel, "--data", data, "--rows", "1"});
    QVERIFY2(shown.output.contains(answer), shown.story());
}

void TestDataImport::unwantedAnswersAloneTeachNothing()
{
    const QString data = write("bad.jsonl", R"({"prompt":"Q","completion":"A","label":false})");
    const Outcome outcome = engine(tinyTraining(data, m_scratch.path("nothing")));
    QCOMPARE(outcome.exitCode, 3);
    QVERIFY2(outcome.errors.contains("no sample with a trained token"), outcome.story());
}

void TestDataImport::theEncodingCanBeGiven()
{
    // "가" in CP949, which few bytes alone do not tell.
    const QString data = write("few.jsonl", "{\"prompt\":\"a\",\"completion\":\"\xb0\xa1\"}\n");
    const auto answer = [&](const QStringList& more) {
        return engine(QStringList{"inspect", "data", data, "--rows", "1", "--json"} + more);
    };
    const QJsonObject korean = answer({"--encoding", "cp949"}).json();
    QCOMPARE(korean["encoding"].toString(), "cp949");
    QCOMPARE(korean["records"][0]["turns"][1]["content"].toString(), QString::fromUtf8("가"));
    const QJsonObject western = answer({"--encoding", "windows-1252"}).json();
    QCOMPARE(western["records"][0]["turns"][1]["content"].toString(), QString::fromUtf8("°¡"));
    const QString edits = write("few.edits", "{\"encoding\":\"cp949\"}\n");
    QCOMPARE(answer({"--edits", edits}).json()["encoding"].toString(), "cp949");
    const Outcome unknown = answer({"--encoding", "klingon"});
    QCOMPARE(unknown.exitCode, 2);
    QCOMPARE(unknown.json()["error"].toObject()["code"].toString(), "bad_field");

    const QString run = m_scratch.path("encoded");
    const Outcome trained =
        engine(tinyTraining(data, run, {"data.encoding=cp949", "training.max_steps=1"}));
    QVERIFY2(trained.exitCode == 0, trained.story());
    QCOMPARE(readJson(run + "/report.json")["data"].toObject()["encoding"].toString(), "cp949");
}

void TestDataImport::inputAndHistoryAreColumns()
{
    const QString data = write("more.jsonl",
                               R"({"q":"Sum up","text":"Long story","a":"Short","old":[["x","y"]]})"
                               "\n");
    const QString columns =
        R"(data.columns={"q":"prompt","text":"input","a":"completion","old":"history"})";
    const QString run = m_scratch.path("columns");
    const Outcome trained = engine(tinyTraining(data, run, {columns, "training.max_steps=1"}));
    QVERIFY2(trained.exitCode == 0, trained.story());
    QCOMPARE(readJson(run + "/report.json")["data"].toObject()["format"].toString(), "alpaca");
    const QJsonObject answer = engine({"inspect",
                                       "data",
                                       data,
                                       "--rows",
                                       "1",
                                       "--json",
                                       "--map",
                                       "q=prompt",
                                       "--map",
                                       "text=input",
                                       "--map",
                                       "a=completion",
                                       "--map",
                                       "old=history"})
                                   .json();
    const QJsonArray turns = answer["records"][0]["turns"].toArray();
    QCOMPARE(turns.size(), 4);
    QCOMPARE(turns[0]["content"].toString(), "x");
    QCOMPARE(turns[2]["input"].toString(), "Long story");
}

void TestDataImport::describeListsTheKnownDataSets()
{
    const QJsonObject catalogue = engine({"describe", "--json"}).json();
    const QJsonArray presets = catalogue["data_presets"].toArray();
    QCOMPARE(presets.size(), 16);
    QStringList ids;
    for (const QJsonValue& preset : presets) {
        ids << preset["id"].toString();
        QVERIFY(!preset["name"].toString().isEmpty());
        QVERIFY(!preset["summary"].toString().isEmpty());
        QVERIFY(!preset["columns"].toObject().isEmpty());
    }
    const QJsonObject korean = presets[ids.indexOf("qa_ko")].toObject();
    QCOMPARE(korean["columns"]["질문"].toString(), "prompt");
    QCOMPARE(korean["format"].toString(), "prompt_completion");
    QVERIFY(korean["detected"].toBool());
}

void TestDataImport::readingTellsHowFarItIs()
{
    const QString data = write("many.jsonl", manyRows());
    const Outcome outcome = engine({"inspect", "data", data, "--json", "--progress"});
    QVERIFY2(outcome.isJsonOnly(), outcome.story());
    const QList<QJsonObject> lines = outcome.lines();
    QVERIFY(lines.size() >= 2);
    const QJsonObject last = lines[lines.size() - 2];
    QCOMPARE(last["event"].toString(), "progress");
    QCOMPARE(last["id"].toString(), "reading");
    QCOMPARE(last["done"].toInteger(), QFileInfo(data).size());
    QCOMPARE(last["total"].toInteger(), QFileInfo(data).size());
    QCOMPARE(last["rows"].toInt(), 60000);
    QCOMPARE(lines.last()["good"].toInt(), 60000);
    const QList<QJsonObject> measured =
        engine({"inspect", "data", m_scratch.data(), "--json", "--progress", "--model", kModel})
            .lines();
    QCOMPARE(measured[measured.size() - 2]["id"].toString(), "tokenizing");
    QCOMPARE(measured[measured.size() - 2]["done"].toInt(), 12);
    QCOMPARE(engine({"inspect", "data", data, "--json"}).lines().size(), 1);
}

void TestDataImport::aStoppedReadingLeavesNothing()
{
    const QString bad = m_scratch.path("stopped.jsonl");
    const QString data = write("many.jsonl", manyRows());
    Engine reading(
        {"inspect", "data", data, "--json", "--progress", "--quality", "--bad-rows", bad});
    QCOMPARE(reading.nextLine()["event"].toString(), "progress");
    reading.process().terminate();
    const Outcome outcome = reading.finish();
    QVERIFY2(outcome.exitCode == 6, outcome.story());
    QVERIFY(!QFile::exists(bad));
    QVERIFY(QDir(m_scratch.path()).entryList({"*.partial-*"}).isEmpty());

    const QString run = m_scratch.path("never");
    Engine training(tinyTraining(data, run) << "--json");
    QVERIFY(!training.waitFor("phase").isEmpty());
    training.process().terminate();
    const Outcome ended = training.finish();
    QVERIFY2(ended.exitCode == 6, ended.story());
    QVERIFY(!QFile::exists(run));
}

QTEST_GUILESS_MAIN(TestDataImport)
#include "tst_data_import.moc"
