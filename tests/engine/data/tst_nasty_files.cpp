// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "data_test.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

using namespace data_test;
using engine::data::Dataset;
using engine::data::loadDataset;

// The shared nasty inputs and their table expected.json.
class TestNastyFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyVerdictHolds_data();
    void everyVerdictHolds();
    void refusalsSayWhatTheFileIs_data();
    void refusalsSayWhatTheFileIs();
    void droppedLines_data();
    void droppedLines();
    void valuesAreExact_data();
    void valuesAreExact();
};

namespace {

std::string nasty(const QString& name)
{
    return sharedPath("nasty/" + name).toStdString();
}

} // namespace

void TestNastyFiles::initTestCase()
{
    if (!QFile::exists(sharedPath("nasty/expected.json"))) {
        QSKIP("the shared nasty files are not here");
    }
}

void TestNastyFiles::everyVerdictHolds_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("verdict");
    QTest::addColumn<int>("rows");
    QFile table(sharedPath("nasty/expected.json"));
    QVERIFY(table.open(QIODevice::ReadOnly));
    for (const QJsonValue& entry : QJsonDocument::fromJson(table.readAll()).array()) {
        const QString file = entry["file"].toString();
        QTest::newRow(qPrintable(file))
            << file << entry["verdict"].toString() << entry["rows"].toInt();
    }
}

void TestNastyFiles::everyVerdictHolds()
{
    QFETCH(QString, file);
    QFETCH(QString, verdict);
    QFETCH(int, rows);
    const engine::Error error = loadError(nasty(file));
    if (verdict == "error" || (verdict == "either" && !error.code.empty())) {
        QVERIFY(!error.message.empty());
        QVERIFY(!error.hint.empty());
        return;
    }
    QVERIFY2(error.code.empty(), error.message.c_str());
    const Dataset dataset = loadDataset(nasty(file));
    QCOMPARE(static_cast<int>(dataset.records.size()), rows);
    QCOMPARE(dataset.rows, static_cast<int64_t>(dataset.records.size() + dataset.dropped.size()));
    QVERIFY(verdict == "partial" || dataset.dropped.empty());
}

void TestNastyFiles::refusalsSayWhatTheFileIs_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* file, const char* says) {
        QTest::newRow(file) << file << says;
    };
    row("14_empty.jsonl", "the file is empty");
    row("22_deep_nesting.json", "nested too deeply");
    row("23_html_error_page.json", "it looks like a web page");
    row("26_csv_open_quote.csv", "line 3: a quotation mark opens a cell here and is not closed");
    row("29_csv_dup_header.csv", "\"output\" is there twice");
    row("31_header_only.csv", "no rows");
    row("37_excel_named_csv.csv", "Excel or zip file");
    row("38_fake.parquet", "38_fake.parquet");
}

void TestNastyFiles::refusalsSayWhatTheFileIs()
{
    QFETCH(QString, file);
    QFETCH(QString, says);
    const engine::Error error = loadError(nasty(file));
    QVERIFY2(QString::fromStdString(error.message).contains(says), error.message.c_str());
}

void TestNastyFiles::droppedLines_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("lines");
    QTest::addColumn<QString>("codes");
    const auto row = [](const char* file, const char* lines, const char* codes) {
        QTest::newRow(file) << file << lines << codes;
    };
    row("07_nul_bytes.jsonl", "2", "nul_byte");
    row("13_empty_rows.jsonl", "5 6 7 8", "empty_answer empty_answer empty_row empty_row");
    row("16_mixed_schema.jsonl", "7", "no_known_columns");
    row("17_messages_odd.jsonl",
        "4 5 6 8 9 10 11",
        "no_turns no_answer answer_first unknown_role not_a_list no_content not_text");
    row("40_unicode_edges.jsonl", "3", "bad_json");
    row("43_preference_bad.jsonl", "2 3", "same_answers no_pair");
}

void TestNastyFiles::droppedLines()
{
    QFETCH(QString, file);
    QFETCH(QString, lines);
    QFETCH(QString, codes);
    const Dataset dataset = loadDataset(nasty(file));
    QCOMPARE(QString::fromStdString(data_test::droppedLines(dataset)), lines);
    QStringList found;
    for (const engine::data::Problem& problem : dataset.dropped) {
        found << QString::fromStdString(problem.code);
    }
    QCOMPARE(found.join(' '), codes);
}

void TestNastyFiles::valuesAreExact_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("row");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* name, const char* file, int index, const QByteArray& expected) {
        QTest::newRow(name) << QString::fromUtf8(file) << index << expected;
    };
    row("no mark in the first key", "01_utf8_bom.jsonl", 0, "user: Add 2 and 3. | assistant: 5");
    row("no carriage return",
        "02_crlf_no_final_newline.jsonl",
        2,
        "user: Translate to French: cat | assistant: chat");
    row("escaped NUL", "07_nul_bytes.jsonl", 1, QByteArray("user: nul esc | assistant: a\0b", 30));
    row("parts are joined",
        "17_messages_odd.jsonl",
        1,
        "user: Part one. Part two. | assistant: Got both.");
    row("weight 0",
        "17_messages_odd.jsonl",
        4,
        "user: weights | [assistant: skip me] | user: again | assistant: learn me");
    row("last key wins", "20_dup_keys.jsonl", 0, "user: a | assistant: second");
    row("line separators",
        "40_unicode_edges.jsonl",
        0,
        "user: line separator | assistant: a\u2028b\u2029c\u0085"
        "d");
    row("surrogate pair",
        "40_unicode_edges.jsonl",
        1,
        "user: surrogate pair | assistant: \U0001F600");
    row("template code",
        "41_special_token_text.jsonl",
        2,
        "user: Template | assistant: {{ messages }} {% for x in y %} {instruction} $HOME %s");
    row("UTF-16", "04_utf16le_bom.csv", 0, "user: 안녕? | assistant: 안녕하세요!");
    row("CP949", "05_cp949_korean.csv", 1, "user: 서울의 인구는? | assistant: 약 940만 명입니다.");
    row("commas mended",
        "08_trailing_commas.jsonl",
        2,
        "user: Translate to French: cat | assistant: chat");
    row("line end in a cell",
        "25_csv_embedded.csv",
        0,
        "user: Write two lines. | assistant: line one\nline two");
    row("doubled quotes",
        "25_csv_embedded.csv",
        1,
        "user: Quote \"this\", please | assistant: He said \"hi\", twice");
    row("Windows line end in a cell",
        "25_csv_embedded.csv",
        2,
        "user: CRLF inside | assistant: a\r\nb");
    row("comma in a cell", "25_csv_embedded.csv", 3, "user: plain | assistant: trailing, comma,");
    row("semicolons", "28_csv_semicolon_bom.csv", 0, "user: Hallo? | assistant: Guten Tag, Welt");
    row("stray quotes",
        "32_tsv_stray_quotes.tsv",
        0,
        "text: He said \"yes. & She said no.\" = \"0\"");
    row("gzip", "34_rows.jsonl.gz", 2, "user: Translate to French: cat | assistant: chat");
    row("gzip by its bytes", "35_gzip_named_jsonl.jsonl", 0, "user: Add 2 and 3. | assistant: 5");
    row("pair of messages",
        "43_preference_bad.jsonl",
        1,
        "[user: Turns] | assistant: good / assistant: bad");
    row("Hangul file name",
        "44_한글 이름 (copy) #1.jsonl",
        1,
        "user: Name a colour. | assistant: Blue.");
}

void TestNastyFiles::valuesAreExact()
{
    QFETCH(QString, file);
    QFETCH(int, row);
    QFETCH(QByteArray, expected);
    const Dataset dataset = loadDataset(nasty(file));
    QCOMPARE(QByteArray::fromStdString(rendered(dataset.records.at(static_cast<std::size_t>(row)))),
             expected);
}

QTEST_GUILESS_MAIN(TestNastyFiles)
#include "tst_nasty_files.moc"
