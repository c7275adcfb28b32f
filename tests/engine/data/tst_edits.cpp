// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "data_test.h"
#include "engine/device/sha256.h"

#include <QtTest>

using namespace data_test;
using engine::data::Dataset;
using engine::data::Edits;
using engine::data::loadDataset;
using engine::data::LoadSettings;

namespace {

const QByteArray kRows[] = {R"({"prompt":"a","completion":"A"})",
                            R"({"prompt":"b","completion":"B"})",
                            R"({"prompt":"c","completion":""})",
                            R"(no JSON)",
                            R"({"prompt":"b","completion":"B"})",
                            R"({"prompt":"e","completion":"E"})"};

QByteArray hashOf(int row)
{
    return QByteArray::fromStdString(engine::device::sha256Hex(kRows[row].toStdString()));
}

// {"sha256":<of the row>,…}
QByteArray edit(int row, const QByteArray& action)
{
    return R"({"sha256":")" + hashOf(row) + "\"," + action + "}\n";
}

// "index:line rendered" of every record.
std::string listed(const Dataset& dataset)
{
    std::string all;
    for (const engine::data::Record& record : dataset.records) {
        all += all.empty() ? "" : "; ";
        all += std::to_string(record.index) + ":" + std::to_string(record.line) + " "
               + rendered(record);
    }
    return all;
}

const std::string kA = "0:1 user: a | assistant: A";
const std::string kB = "1:2 user: b | assistant: B";
const std::string kB2 = "2:5 user: b | assistant: B";
const std::string kE = "3:6 user: e | assistant: E";

} // namespace

class TestEdits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void rowsBecomeWhatTheEditsSay_data();
    void rowsBecomeWhatTheEditsSay();
    void aTextIsReadAsItsFileIs();
    void theSourceStaysAsItIs();
    void countsAndUnmatchedEdits();
    void aDroppedRowKeepsItsHash();
    void columnsOfTheSettingsWin();
    void anEncodingIsRead();
    void keptRowsAreCountedUnedited();
    void everyRowDeletedIsRefused();
    void refusals_data();
    void refusals();

private:
    Dataset load(const QByteArray& edits, LoadSettings settings = {})
    {
        settings.edits =
            std::make_shared<Edits>(Edits::load(write(m_folder, "edits.jsonl", edits)));
        m_edits = settings.edits;
        return loadDataset(m_path, settings);
    }

    QTemporaryDir m_folder;
    std::string m_path;
    std::shared_ptr<const Edits> m_edits;
};

void TestEdits::initTestCase()
{
    QByteArray lines;
    for (const QByteArray& row : kRows) {
        lines += row + "\n";
    }
    m_path = write(m_folder, "rows.jsonl", lines);
}

void TestEdits::rowsBecomeWhatTheEditsSay_data()
{
    QTest::addColumn<QByteArray>("edits");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const QByteArray& edits, const std::string& expected) {
        QTest::newRow(name) << edits << QString::fromStdString(expected);
    };
    const std::string sep = "; ";
    const std::string rest = sep + kB + sep + kB2 + sep + kE;
    row("none", "", kA + rest);
    row("change", edit(0, R"("change":{"completion":"X"})"), "0:1 user: a | assistant: X" + rest);
    row("changes add up",
        edit(0, R"("change":{"completion":"X"})") + edit(0, R"("index":7,"change":{"prompt":"Y"})"),
        "0:1 user: Y | assistant: X" + rest);
    row("null takes a member away",
        edit(0, R"("change":{"prompt":null,"completion":null,"text":"t"})"),
        "0:1 text: t" + rest);
    row("replace",
        edit(0, R"("change":{"completion":"X"})") + edit(0, R"("replace":{"text":"t"})"),
        "0:1 text: t" + rest);
    row("change of a replacement",
        edit(0, R"("replace":{"text":"t"})") + edit(0, R"("change":{"text":"u"})"),
        "0:1 text: u" + rest);
    row("text mends what is no JSON",
        edit(3, R"("text":" {\"prompt\":\"m\",\"completion\":\"M\"}\n")"),
        kA + sep + kB + sep + "-1:4 user: m | assistant: M" + sep + kB2 + sep + kE);
    row("text mends what has no answer, and is changed",
        edit(2, R"("text":"{\"prompt\":\"c\",\"completion\":\"C\"}")")
            + edit(2, R"("change":{"completion":"D"})"),
        kA + sep + kB + sep + "-1:3 user: c | assistant: D" + sep + kB2 + sep + kE);
    row("text takes the place of what was changed",
        edit(0, R"("change":{"completion":"X"})") + edit(0, R"("text":"{\"text\":\"t\"}")"),
        "0:1 text: t" + rest);
    row("replace takes the place of a text",
        edit(0, R"("text":"{\"text\":\"t\"}")") + edit(0, R"("replace":{"text":"u"})"),
        "0:1 text: u" + rest);
    row("delete", edit(0, R"("delete":true)"), kB + sep + kB2 + sep + kE);
    row("delete all copies", edit(1, R"("delete":true)"), kA + sep + kE);
    row("delete the repeats", edit(1, R"("delete":true,"repeats":true)"), kA + sep + kB + sep + kE);
    row("restore", edit(0, R"("delete":true)") + edit(0, R"("restore":true)"), kA + rest);
    row("a change brings back",
        edit(0, R"("delete":true)") + edit(0, R"("change":{"prompt":"Y"})"),
        "0:1 user: Y | assistant: A" + rest);
    row("mends an empty answer",
        edit(2, R"("change":{"completion":"C"})"),
        kA + sep + kB + sep + "-1:3 user: c | assistant: C" + sep + kB2 + sep + kE);
    row("mends what is no JSON",
        edit(3, R"("replace":{"text":"d"})"),
        kA + sep + kB + sep + "-1:4 text: d" + sep + kB2 + sep + kE);
    row("breaks a row", edit(0, R"("change":{"completion":""})"), kB + sep + kB2 + sep + kE);
    row("columns",
        edit(0, R"("change":{"completion":"X"})")
            + R"({"columns":{"completion":"prompt","prompt":"completion"}})",
        "0:1 user: X | assistant: a; 1:2 user: B | assistant: b; 2:3 user:  | assistant: c; "
        "3:5 user: B | assistant: b; 4:6 user: E | assistant: e");
}

void TestEdits::rowsBecomeWhatTheEditsSay()
{
    QFETCH(const QByteArray, edits);
    QFETCH(const QString, expected);
    QCOMPARE(QString::fromStdString(listed(load(edits))), expected);
}

void TestEdits::aTextIsReadAsItsFileIs()
{
    const QByteArray bad = "c;C;too;many";
    const std::string path =
        write(m_folder, "table.csv", "prompt;completion\na;A\n" + bad + "\nb;B\n");
    const auto mended = [&](const QByteArray& text) {
        LoadSettings settings;
        settings.edits = std::make_shared<Edits>(Edits::load(
            write(m_folder,
                  "text.jsonl",
                  R"({"sha256":")"
                      + QByteArray::fromStdString(engine::device::sha256Hex(bad.toStdString()))
                      + R"(","text":")" + text + "\"}")));
        return loadDataset(path, settings);
    };
    QCOMPARE(listed(mended(R"(c;\"C; and more\"\r\n)")),
             "0:2 user: a | assistant: A; -1:3 user: c | assistant: C; and more; "
             "1:4 user: b | assistant: B");
    const Dataset two = mended(R"(c;C\nd;D)");
    QCOMPARE(two.good, 2);
    QCOMPARE(two.dropped[0].code, "several_rows");
    QCOMPARE(two.dropped[0].text, bad.toStdString());
    QCOMPARE(mended(R"(c;\"C)").dropped[0].code, "open_quote");
    QCOMPARE(mended("c").dropped[0].code, "cell_count");
}

void TestEdits::theSourceStaysAsItIs()
{
    const std::string before = engine::device::sha256File(m_path);
    const Dataset dataset = load(edit(0, R"("change":{"completion":"X"})"));
    QCOMPARE(engine::device::sha256File(m_path), before);
    QCOMPARE(dataset.sha256, before);
    QCOMPARE(dataset.records[0].sha256, hashOf(0).toStdString());
}

void TestEdits::countsAndUnmatchedEdits()
{
    const QByteArray lost = R"({"sha256":")" + QByteArray(64, 'a') + R"(","delete":true})" + "\n";
    const Dataset dataset =
        load(edit(0, R"("change":{"completion":"X"})") + lost + edit(1, R"("delete":true)")
             + edit(2, R"("change":{"completion":"C"})"));
    QCOMPARE(dataset.changed, 2);
    QCOMPARE(dataset.deleted, 2);
    QCOMPARE(dataset.rows, 4);
    QCOMPARE(dataset.good, 3);
    QCOMPARE(dataset.unedited, 4);
    QCOMPARE(dataset.matchedEdits.size(), std::size_t{3});
    QCOMPARE(m_edits->rows().size(), std::size_t{4});
}

void TestEdits::aDroppedRowKeepsItsHash()
{
    const Dataset dataset = load("");
    QCOMPARE(droppedLines(dataset), "3 4");
    QCOMPARE(dataset.dropped[1].sha256, hashOf(3).toStdString());
    const Dataset unmended = load(edit(3, R"("change":{"completion":"X"})"));
    QCOMPARE(droppedLines(unmended), "3 4");
    QCOMPARE(unmended.dropped[1].code, "edit_of_no_object");
}

void TestEdits::anEncodingIsRead()
{
    LoadSettings settings;
    settings.edits = std::make_shared<Edits>(
        Edits::load(write(m_folder, "encoding.jsonl", "{\"encoding\":\"cp949\"}\n")));
    const std::string path =
        write(m_folder, "korean.jsonl", "{\"prompt\":\"a\",\"completion\":\"\xb0\xa1\"}\n");
    QCOMPARE(rendered(loadDataset(path, settings).records.at(0)), "user: a | assistant: 가");
    settings.encoding = "windows-1252"; // the job's wins
    QCOMPARE(rendered(loadDataset(path, settings).records.at(0)), "user: a | assistant: °¡");
}

void TestEdits::columnsOfTheSettingsWin()
{
    LoadSettings settings;
    settings.columns = {{"prompt", "text"}};
    QCOMPARE(listed(load(R"({"columns":{"completion":"text"}})", settings)),
             "0:1 text: a; 1:2 text: b; 2:3 text: c; 3:5 text: b; 4:6 text: e");
}

void TestEdits::keptRowsAreCountedUnedited()
{
    LoadSettings settings;
    settings.firstKept = 1;
    settings.mostKept = 2;
    settings.keepMembers = true;
    int64_t seen = 0;
    settings.eachRecord = [&](const engine::data::Record&) { ++seen; };
    const Dataset dataset = load(
        edit(0, R"("delete":true)") + edit(2, R"("change":{"completion":"C","note":1})"), settings);
    QCOMPARE(listed(dataset), kB + "; -1:3 user: c | assistant: C; " + kB2);
    QCOMPARE(seen, 4);
    QCOMPARE(engine::contract::toJson(dataset.records[1].row),
             R"({"prompt":"c","completion":"C","note":1})");
}

void TestEdits::everyRowDeletedIsRefused()
{
    const std::string path = write(m_folder, "one.jsonl", kRows[0] + "\n");
    LoadSettings settings;
    settings.edits = std::make_shared<Edits>(
        Edits::load(write(m_folder, "all.jsonl", edit(0, R"("delete":true)"))));
    const engine::Error error = loadError(path, settings);
    QCOMPARE(error.code, "bad_data");
    QVERIFY2(error.message.find("the edits delete every row") != std::string::npos,
             error.message.c_str());
}

void TestEdits::refusals_data()
{
    QTest::addColumn<QByteArray>("edits");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char* name, const QByteArray& edits, const QByteArray& message) {
        QTest::newRow(name) << edits << message;
    };
    row("no JSON", "{\n", "line 1");
    row("its line", edit(0, R"("delete":true)") + "\n[]\n", "line 3");
    row("no action", edit(0, R"("index":1)"), "one of change, replace");
    row("two actions", edit(0, R"("delete":true,"restore":true)"), "`delete` and `restore`");
    row("unknown key", edit(0, R"("delete":true,"rows":1)"), "unknown key `rows`");
    row("bad hash", R"({"sha256":"abc","delete":true})", "64 lower-case");
    row("upper case", edit(0, R"("delete":true)").toUpper().replace("SHA", "sha"), "line 1");
    row("no hash", R"({"delete":true})", "64 lower-case");
    row("delete false", edit(0, R"("delete":false)"), "can only be true");
    row("empty change", edit(0, R"("change":{})"), "without members");
    row("change of text", edit(0, R"("change":"x")"), "expected {column: value}");
    row("text of no text", edit(0, R"("text":{})"), "expected the row as it should stand");
    row("blank text", edit(0, R"("text":" \n")"), "`text` is blank");
    row("repeats alone", edit(0, R"("repeats":true,"restore":true)"), "belongs to `delete`");
    row("unknown role", R"({"columns":{"a":"nonsense"}})", "unknown role nonsense");
    row("encoding of no text", R"({"encoding":1})", "`encoding` is not the name of one");
    row("role of no text", R"({"columns":{"a":1}})", "is not text");
}

void TestEdits::refusals()
{
    QFETCH(const QByteArray, edits);
    QFETCH(const QByteArray, message);
    const std::string path = write(m_folder, "bad.jsonl", edits);
    const engine::Error error = errorOf([&] { Edits::load(path); });
    QCOMPARE(error.code, "bad_data");
    QVERIFY2(error.message.find(message.toStdString()) != std::string::npos, error.message.c_str());
}

QTEST_GUILESS_MAIN(TestEdits)
#include "tst_edits.moc"
