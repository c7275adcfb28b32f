// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "data_test.h"
#include "engine/device/sha256.h"

#include <QtTest>

using namespace data_test;
using engine::data::Dataset;
using engine::data::loadDataset;
using engine::data::LoadSettings;

class TestDataset : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recordsKnowTheirLineAndHash();
    void listElementsKnowTheirLine();
    void oneObjectOverSeveralLinesIsOneRow();
    void repeatedRowsAreKeptAndCounted();
    void onlyAskedRowsAreKept();
    void unusedColumnsAreNamed();
    void mixedShapesAreCounted();
    void emptyPromptsAreCounted();
    void lostCharactersAreNoticed();
    void aStrayByteDropsOnlyItsRow();
    void otherEncodingsAreReadWithANotice();
    void aFolderNamesItsValidationFile();
    void aFolderWithoutTrainFileIsRefused();
    void aTextFileIsOneDocument();
    void windowsLineEndsOfTextAreRead();
    void rolesPickColumns_data();
    void rolesPickColumns();
    void badRolesAreRefused_data();
    void badRolesAreRefused();
    void anAskedFormatDropsOtherShapes();
    void anUnknownFormatIsRefused();
    void refusals_data();
    void refusals();

private:
    QTemporaryDir m_folder;
};

namespace {

const QByteArray kRow = R"({"prompt":"Hi","completion":"Hello"})";

} // namespace

void TestDataset::recordsKnowTheirLineAndHash()
{
    const std::string path =
        write(m_folder, "lines.jsonl", "\n  " + kRow + " \r\n\n" + kRow + "x\n");
    const Dataset dataset = loadDataset(path);
    QCOMPARE(dataset.rows, 2);
    QCOMPARE(dataset.records.size(), std::size_t{1});
    QCOMPARE(dataset.records[0].line, 2);
    QCOMPARE(dataset.records[0].file, path);
    QCOMPARE(dataset.records[0].sha256, engine::device::sha256Hex(kRow.toStdString()));
    QCOMPARE(dataset.sha256, engine::device::sha256File(path));
    QCOMPARE(droppedLines(dataset), "4");
    QVERIFY2(dataset.dropped[0].message.find("line 4, column 37") != std::string::npos,
             dataset.dropped[0].message.c_str());
}

void TestDataset::listElementsKnowTheirLine()
{
    const QByteArray list =
        "[\n" + kRow + ",\n\n{\n\"prompt\":\"[{\\\"\",\"completion\":7\n},5\n, {\"prompt\": nil}]";
    const Dataset dataset = loadDataset(write(m_folder, "list.json", list));
    QCOMPARE(dataset.records.size(), std::size_t{2});
    QCOMPARE(dataset.records[1].line, 4);
    QCOMPARE(rendered(dataset.records[1]), "user: [{\" | assistant: 7");
    QVERIFY(noticeOf(dataset, "value_as_text"));
    QCOMPARE(droppedLines(dataset), "6 7");
}

void TestDataset::oneObjectOverSeveralLinesIsOneRow()
{
    const Dataset dataset = loadDataset(
        write(m_folder, "one.json", "{\n\"prompt\": \"Hi\",\n\"completion\": \"Hello\"\n}\n"));
    QCOMPARE(dataset.records.size(), std::size_t{1});
}

void TestDataset::repeatedRowsAreKeptAndCounted()
{
    const Dataset dataset =
        loadDataset(write(m_folder, "twice.jsonl", kRow + "\n\n" + kRow + "\n" + kRow));
    QCOMPARE(dataset.records.size(), std::size_t{3});
    const auto* notice = noticeOf(dataset, "duplicate");
    QVERIFY(notice);
    QCOMPARE(notice->line, 3);
    QVERIFY(notice->message.find("(2 rows); the first repeats line 1") != std::string::npos);
}

void TestDataset::onlyAskedRowsAreKept()
{
    QByteArray lines;
    for (int i = 0; i < 10; ++i) {
        lines += i == 2 ? QByteArray("{}\n")
                        : QByteArray(kRow).replace("Hi", QByteArray::number(i % 7)) + "\n";
    }
    LoadSettings settings;
    settings.firstKept = 3;
    settings.mostKept = 2;
    const Dataset dataset = loadDataset(write(m_folder, "kept.jsonl", lines), settings);
    QCOMPARE(dataset.rows, 10);
    QCOMPARE(dataset.good, 9);
    QCOMPARE(dataset.records.size(), std::size_t{2});
    QCOMPARE(dataset.records[0].line, 5);
    QCOMPARE(dataset.records[0].index, 3);
    QCOMPARE(noticeOf(dataset, "duplicate")->line, 8);
    settings.firstKept = 100;
    QVERIFY(loadDataset(dataset.path, settings).records.empty());
}

void TestDataset::unusedColumnsAreNamed()
{
    const Dataset dataset = loadDataset(write(
        m_folder, "unused.jsonl", R"({"id":3,"prompt":"Hi","completion":"Hello","mark":true})"));
    QCOMPARE(dataset.columns, (std::vector<std::string>{"id", "prompt", "completion", "mark"}));
    QCOMPARE(noticeOf(dataset, "unused_columns")->message, "columns that are not used: id, mark");
}

void TestDataset::mixedShapesAreCounted()
{
    const Dataset dataset =
        loadDataset(write(m_folder, "mixed.jsonl", kRow + "\n{\"text\":\"a\"}\n{\"text\":\"b\"}"));
    QCOMPARE(dataset.format, "text");
    QCOMPARE(noticeOf(dataset, "mixed_formats")->message,
             "rows of several shapes: 1 prompt_completion, 2 text");
}

void TestDataset::emptyPromptsAreCounted()
{
    const Dataset dataset = loadDataset(
        write(m_folder, "no_prompt.jsonl", kRow + "\n{\"prompt\":\"\",\"completion\":\"Once\"}"));
    QCOMPARE(dataset.records.size(), std::size_t{2});
    QCOMPARE(noticeOf(dataset, "empty_prompt")->line, 2);
}

void TestDataset::lostCharactersAreNoticed()
{
    const Dataset dataset = loadDataset(
        write(m_folder, "lost.jsonl", "{\"text\":\"a\\ufffdb\"}\n{\"text\":\"c\xEF\xBF\xBD\"}"));
    QVERIFY(noticeOf(dataset, "replacement_character")->message.find("2 rows")
            != std::string::npos);
}

void TestDataset::aStrayByteDropsOnlyItsRow()
{
    const Dataset dataset = loadDataset(
        write(m_folder, "stray.jsonl", kRow + "\n{\"text\":\"안녕하세요 \xE9\"}\n" + kRow));
    QCOMPARE(dataset.records.size(), std::size_t{2});
    QCOMPARE(droppedLines(dataset), "2");
    QVERIFY(dataset.dropped[0].message.find("UTF-8") != std::string::npos);
}

void TestDataset::otherEncodingsAreReadWithANotice()
{
    const Dataset dataset = loadDataset(write(
        m_folder,
        "korean.jsonl",
        kRow + "\n{\"text\":\"" + QByteArray("\xBE\xC8\xB3\xE7\xC7\xCF ").repeated(8) + "\xFF\"}"));
    QCOMPARE(dataset.encoding, "cp949");
    QCOMPARE(rendered(dataset.records.at(1)),
             QStringLiteral("text: 안녕하 안녕하 안녕하 안녕하 안녕하 안녕하 안녕하 안녕하 \uFFFD")
                 .toStdString());
    QVERIFY(noticeOf(dataset, "decoded"));
    const auto* bad = noticeOf(dataset, "invalid_bytes");
    QVERIFY(bad);
    QCOMPARE(bad->line, int64_t{2});
    QVERIFY(noticeOf(dataset, "replacement_character"));
}

void TestDataset::aFolderNamesItsValidationFile()
{
    const QTemporaryDir folder;
    const std::string train = write(folder, "train.jsonl", kRow);
    const std::string valid = write(folder, "valid.jsonl", kRow);
    const std::string test = write(folder, "test.jsonl", kRow);
    const Dataset dataset = loadDataset(folder.path().toStdString());
    QCOMPARE(dataset.path, train);
    QCOMPARE(dataset.validationPath, valid);
    QCOMPARE(dataset.testPath, test);
}

void TestDataset::aFolderWithoutTrainFileIsRefused()
{
    const QTemporaryDir folder;
    write(folder, "valid.jsonl", kRow);
    const engine::Error error = loadError(folder.path().toStdString());
    QCOMPARE(error.code, "bad_data");
    QVERIFY(error.message.find("train.jsonl") != std::string::npos);
}

void TestDataset::aTextFileIsOneDocument()
{
    const Dataset dataset =
        loadDataset(write(m_folder, "story.txt", "\xEF\xBB\xBF[Once]\n\n{upon} a time\n"));
    QCOMPARE(dataset.format, "plain_text");
    QCOMPARE(dataset.rows, 1);
    QCOMPARE(rendered(dataset.records[0]), "text: [Once]\n\n{upon} a time\n");
}

void TestDataset::windowsLineEndsOfTextAreRead()
{
    const Dataset dataset = loadDataset(write(m_folder, "dos.txt", "a\r\nb\rc\r\n"));
    QCOMPARE(dataset.records[0].text, "a\nb\rc\n");
    QVERIFY(noticeOf(dataset, "line_ends"));
}

void TestDataset::rolesPickColumns_data()
{
    QTest::addColumn<QByteArray>("row");
    QTest::addColumn<QString>("roles");
    QTest::addColumn<QString>("expected");
    QTest::newRow("prompt and completion")
        << QByteArray(R"({"ask":"Q","say":"A","text":"no"})") << "ask=prompt,say=completion"
        << "user: Q | assistant: A";
    QTest::newRow("system") << QByteArray(R"({"ask":"Q","say":"A","who":"S"})")
                            << "ask=prompt,say=completion,who=system"
                            << "system: S | user: Q | assistant: A";
    QTest::newRow("text") << QByteArray(R"({"prompt":"Q","completion":"A","body":"T"})")
                          << "body=text"
                          << "text: T";
    QTest::newRow("messages") << QByteArray(
        R"({"chat":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"}]})")
                              << "chat=messages"
                              << "user: Q | assistant: A";
    QTest::newRow("weight") << QByteArray(R"({"a":"Q","b":"A","w":1})")
                            << "a=prompt,b=completion,w=weight"
                            << "user: Q | assistant: A";
    QTest::newRow("Korean names") << QByteArray(R"({"질문":"Q","답":"A"})")
                                  << "질문=prompt,답=completion"
                                  << "user: Q | assistant: A";
}

namespace {

LoadSettings withRoles(const QString& roles)
{
    LoadSettings settings;
    for (const QString& pair : roles.split(',')) {
        settings.columns[pair.section('=', 0, 0).toStdString()] =
            pair.section('=', 1).toStdString();
    }
    return settings;
}

} // namespace

void TestDataset::rolesPickColumns()
{
    QFETCH(QByteArray, row);
    QFETCH(QString, roles);
    QFETCH(QString, expected);
    const Dataset dataset = loadDataset(write(m_folder, "roles.jsonl", row), withRoles(roles));
    QCOMPARE(QString::fromStdString(rendered(dataset.records.at(0))), expected);
}

void TestDataset::badRolesAreRefused_data()
{
    QTest::addColumn<QString>("roles");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("where");
    QTest::newRow("unknown role") << "prompt=promt"
                                  << "bad_field"
                                  << "data.columns.prompt";
    QTest::newRow("a label alone") << "prompt=label"
                                   << "bad_field"
                                   << "data.columns";
    QTest::newRow("given twice") << "completion=prompt,prompt=prompt"
                                 << "bad_field"
                                 << "data.columns.prompt";
    QTest::newRow("half a sample") << "prompt=prompt"
                                   << "bad_field"
                                   << "data.columns";
    QTest::newRow("absent column") << "promt=prompt,completion=completion"
                                   << "bad_field"
                                   << "data.columns.promt";
}

void TestDataset::badRolesAreRefused()
{
    QFETCH(QString, roles);
    QFETCH(QString, code);
    QFETCH(QString, where);
    const engine::Error error = loadError(write(m_folder, "roles.jsonl", kRow), withRoles(roles));
    QCOMPARE(QString::fromStdString(error.code), code);
    QCOMPARE(QString::fromStdString(error.where), where);
    QVERIFY(!error.hint.empty());
}

void TestDataset::anAskedFormatDropsOtherShapes()
{
    LoadSettings settings;
    settings.format = "text";
    const Dataset dataset =
        loadDataset(write(m_folder, "asked.jsonl", kRow + "\n{\"text\":\"a\"}"), settings);
    QCOMPARE(dataset.records.size(), std::size_t{1});
    QCOMPARE(droppedLines(dataset), "1");
}

void TestDataset::anUnknownFormatIsRefused()
{
    LoadSettings settings;
    settings.format = "alpacca";
    const engine::Error error = loadError(write(m_folder, "asked.jsonl", kRow), settings);
    QCOMPARE(error.where, "data.format");
    QVERIFY(error.hint.find("alpaca") != std::string::npos);
}

void TestDataset::refusals_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name,
                        const char* file,
                        const QByteArray& bytes,
                        const char* code,
                        const char* says) { QTest::newRow(name) << file << bytes << code << says; };
    row("blanks", "a.jsonl", " \n\t\n", "bad_data", "the file is empty");
    row("no rows", "a.json", "[ \n]", "bad_data", "no rows");
    row("list cut off",
        "a.json",
        "[{\"text\":\"a\"},\n{\"text\":\"b\"}",
        "bad_data",
        "line 2: the list is not closed");
    row("row cut off",
        "a.json",
        "[\n{\"text\":\"a\"},\n{\"text\":\"b\"",
        "bad_data",
        "line 3: the row that starts here");
    row("text cut off",
        "a.json",
        "[\n{\"text\":\"a\n",
        "bad_data",
        "line 2: a text in quotation marks");
    row("comma at the end",
        "a.json",
        "[{\"text\":\"a\"},\n]",
        "bad_data",
        "line 2: extra comma before ]");
    row("two commas",
        "a.json",
        "[{\"text\":\"a\"},\n,{\"text\":\"b\"}]",
        "bad_data",
        "line 2: extra comma before ,");
    row("comma missing",
        "a.json",
        "[{\"text\":\"a\"}\n{\"text\":\"b\"}]",
        "bad_data",
        "line 2: a comma or ]");
    row("two lists", "a.json", "[{\"text\":\"a\"}]\n[]", "bad_data", "line 2: more data");
    row("nested in a list",
        "a.json",
        "[\n" + QByteArray(50000, '['),
        "bad_data",
        "line 2: nested too deeply");
    row("nested", "a.jsonl", "{\"text\":" + QByteArray(50000, '['), "bad_data", "nested");
    row("UTF-32", "a.json", QByteArray("\xFF\xFE\0\0{\0\0\0", 8), "bad_data", "UTF-32");
    row("text not UTF-8", "a.txt", "안녕\nb\xE9 c", "bad_data", "line 2: not UTF-8 at byte 2");
    row("binary text", "a.txt", QByteArray("a\nb\0c", 5), "bad_data", "line 2 holds a NUL");
    row("unknown kind", "a.log", "hello", "unsupported", "kind of file");
    row("list of texts", "a.json", R"(["a","b"])", "bad_data", "the row is text");
    row("no known columns", "a.jsonl", R"({"foo":1,"bar":2})", "bad_data", "only foo, bar");
}

void TestDataset::refusals()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    QFETCH(QString, code);
    QFETCH(QString, says);
    const std::string path = write(m_folder, name.toUtf8().constData(), bytes);
    const engine::Error error = loadError(path);
    QCOMPARE(QString::fromStdString(error.code), code);
    QVERIFY2(QString::fromStdString(error.message).contains(says), error.message.c_str());
    QVERIFY(error.message.starts_with(path) && error.where.starts_with(path));
    QVERIFY(!error.hint.empty());
}

QTEST_GUILESS_MAIN(TestDataset)
#include "tst_dataset.moc"
