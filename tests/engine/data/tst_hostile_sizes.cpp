// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "data_test.h"
#include "engine/bridge/chat_template.h"
#include "made_gzip.h"
#include "made_parquet.h"
#include "tests/support/bounded_process.h"

#include <QtTest>

using namespace data_test;
using engine::data::Dataset;
using engine::data::loadDataset;

// Small files that would become large: each is refused in words, by a process that may not take
// more than half a gigabyte for it.
class TestHostileSizes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void filesAreRefused_data();
    void filesAreRefused();
    void wholeFilesAreRead_data();
    void wholeFilesAreRead();
    void templatesAreRefused_data();
    void templatesAreRefused();
    void theBoundHolds();

private:
    QTemporaryDir m_folder;
};

namespace {

constexpr uint64_t kMegabytes = 512;

QByteArray repeated(const QByteArray& text, int count)
{
    return text.repeated(count);
}

QByteArray numbered(const QByteArray& before, int count, const QByteArray& after)
{
    QByteArray text;
    for (int i = 0; i < count; ++i) {
        text += (i == 0 ? "" : ",") + before + QByteArray::number(i) + after;
    }
    return text;
}

QByteArray nestedGroups(int depth)
{
    std::string schema = groupElement("schema", 1);
    for (int i = 0; i < depth; ++i) {
        schema += groupElement("a", 1);
    }
    Thrift tables;
    tables.number(1, 1).objects(2, static_cast<uint64_t>(depth) + 2, schema + textElement());
    return QByteArray::fromStdString(withTables("PAR1", tables.wide(3, 1).objects(4, 0, "")));
}

QByteArray manyColumns(int count)
{
    std::string schema = groupElement("schema", count);
    for (int i = 0; i < count; ++i) {
        schema += textElement(Required, "c");
    }
    Thrift tables;
    tables.number(1, 1).objects(2, static_cast<uint64_t>(count) + 1, schema);
    return QByteArray::fromStdString(withTables("PAR1", tables.wide(3, 1).objects(4, 0, "")));
}

// Tables that say that they hold more than two thousand million of something.
QByteArray endlessTables(int field)
{
    constexpr uint64_t kEndless = 0x7FFFFFFF;
    Thrift tables;
    tables.number(1, 1);
    if (field == 2) {
        tables.objects(2, kEndless, groupElement("schema", 1) + textElement());
    } else {
        tables.objects(2, 2, groupElement("schema", 1) + textElement())
            .wide(3, 1)
            .objects(4, field == 4 ? kEndless : 0, "");
    }
    if (field == 5) {
        tables.objects(5, kEndless, "");
    }
    return QByteArray::fromStdString(withTables("PAR1", tables));
}

std::string outcome(const std::string& path)
{
    const engine::Error error = loadError(path);
    return error.code + ": " + error.message + " | " + error.hint;
}

} // namespace

void TestHostileSizes::filesAreRefused_data()
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
    const auto parquet = [&row](const char* name, const std::string& bytes, const char* says) {
        row(name, "a.parquet", QByteArray::fromStdString(bytes), "bad_file", says);
    };

    // gzip: 16 MiB of one letter are 16 KB.
    const QByteArray letters = gzip(QByteArray(16 << 20, 'a'));
    row("gzip of one line", "a.jsonl.gz", repeated(letters, 64), "bad_file", "more than 200 times");
    row("gzip of text", "a.txt.gz", repeated(letters, 64), "bad_file", "more than 200 times");
    row("gzip of blanks",
        "a.jsonl.gz",
        repeated(gzip(QByteArray(16 << 20, ' ')), 64),
        "bad_file",
        "more than 200 times");
    row("gzip of nothing, again and again",
        "a.jsonl.gz",
        repeated(gzip({}), 100'000),
        "bad_data",
        "the file is empty");
    row("gzip inside gzip", "a.jsonl.gz", gzip(letters), "unsupported", "gzip inside gzip");
    row("gzip of a table that goes on",
        "a.csv.gz",
        gzip("prompt,completion\n") + repeated(letters, 64),
        "bad_file",
        "more than 200 times");

    // Other programs' files under names of ours.
    row("xz",
        "a.jsonl.xz",
        QByteArray("\xFD"
                   "7zXZ\0",
                   6)
            + "x",
        "unsupported",
        "xz");
    row("bzip2", "a.jsonl.bz2", "BZh91AY", "unsupported", "bzip2");
    row("zstd", "a.jsonl", QByteArray::fromStdString(zstdBomb(9)), "unsupported", "zstd");
    row("zip", "a.csv", QByteArray("PK\x03\x04", 4) + "x", "unsupported", "zip");

    // JSON and tables.
    row("nested lists", "a.json", QByteArray(8 << 20, '['), "bad_data", "nested too deeply");
    row("nested objects", "a.jsonl", repeated("{\"a\":", 1 << 20) + "\n", "bad_data", "nested");
    row("nested in a row",
        "a.json",
        "[{\"text\":" + QByteArray(1 << 20, '[') + QByteArray(1 << 20, ']') + "}]",
        "bad_data",
        "nested too deeply");
    row("a million members",
        "a.jsonl",
        "{" + numbered("\"c", 1'000'000, "\":1") + "}\n",
        "bad_data",
        "more than 4096 members");
    row("a million members of a message",
        "a.jsonl",
        R"({"messages":[{"role":"user","content":"Q",)" + numbered("\"c", 1'000'000, "\":1")
            + R"(},{"role":"assistant","content":"A"}]})" + "\n",
        "bad_data",
        "more than 4096 members");
    row("a million numbers as a row",
        "a.json",
        "[[" + numbered("", 1'000'000, "") + "]]",
        "bad_data",
        "more than 4096 members");
    row("a million columns",
        "a.csv",
        numbered("c", 1'000'000, "") + "\n" + numbered("", 1'000'000, "") + "\n",
        "bad_data",
        "the table has 1000000 columns");
    row("a million columns without a header",
        "a.tsv",
        repeated("1\t", 1'000'000) + "1\n",
        "bad_data",
        "columns");
    row("a line without an end",
        "a.csv",
        "prompt,completion\n\"" + QByteArray(65 << 20, 'a'),
        "bad_data",
        "longer than 64 MiB");

    // Parquet's tables.
    row("row groups that are not there", "a.parquet", endlessTables(4), "bad_file", "cut off");
    row("a schema that is not there", "a.parquet", endlessTables(2), "bad_file", "cut off");
    row("facts that are not there", "a.parquet", endlessTables(5), "bad_file", "cut off");
    row("a schema without an end", "a.parquet", nestedGroups(50'000), "bad_file", "nested");
    row("a million columns of Parquet", "a.parquet", manyColumns(1'000'000), "bad_file", "schema");
    row("5000 columns of Parquet", "a.parquet", manyColumns(5000), "bad_file", "5000 columns");
    parquet("tables longer than the file",
            "PAR1" + littleEndian(0x7FFFFFFF, 4) + "PAR1",
            "tables are 2147483647 bytes long");

    // Its pages.
    const std::string packed = varint(0x7FFFFFFF) + std::string(8, '\0');
    parquet("a page of 2 GiB, it says",
            parquetOf({{.pages = dataPage(packed, 1, 0, 0x7FFFFFFF), .codec = Snappy}}),
            "too many for its size");
    parquet("a page that unpacks to more than it says",
            parquetOf({{.pages = dataPage(zstdBomb(10'000), 1, 0, 100), .codec = Zstd}}),
            "does not hold the 100 bytes");
    parquet("a page that unpacks to 1 GiB",
            parquetOf({{.pages = dataPage(zstdBomb(8192), 1, 0, 1 << 30), .codec = Zstd}}),
            "too many for its size");
    const std::string dictionary = dictionaryPage(std::string(64 << 10, 'a'));
    parquet("one text a thousand million times",
            parquetOf({{.pages = dictionary + dataPage("\x01" + run(1 << 30, 0), 1 << 30, 8),
                        .dictionaryBytes = dictionary.size()}},
                      1 << 30),
            "grows more than 200 times");
    const std::string endless = dictionaryOf(littleEndian(1, 4) + "a", 0x7FFFFFFF);
    parquet("a dictionary of two thousand million texts",
            parquetOf({{.pages = endless + dataPage("\x01" + run(1, 0), 1, 8),
                        .dictionaryBytes = endless.size()}}),
            "does not hold the 2147483647 values");
    const std::string lengths = varint(128) + varint(4) + varint(0x7FFFFFFF);
    parquet(
        "two thousand million lengths",
        parquetOf({{.pages = dataPage(lengths + std::string(8, '\0'), 0x7FFFFFFF, 6)}}, 0x7FFFFFFF),
        "2147483647 texts, too many for its size");
    parquet(
        "two thousand million prefixes",
        parquetOf({{.pages = dataPage(lengths + std::string(8, '\0'), 0x7FFFFFFF, 7)}}, 0x7FFFFFFF),
        "2147483647 texts, too many for its size");
    const std::string one = levels(run(1, 0) + run((1 << 30) - 1, 1)) + levels(run(1 << 30, 1));
    parquet("a list of a thousand million texts",
            parquetOf({{.pages = dictionary + dataPage(one + "\x01" + run(1 << 30, 0), 1 << 30, 8),
                        .repetition = Repeated,
                        .dictionaryBytes = dictionary.size()}}),
            "a list in it has 1073741824 elements");
}

void TestHostileSizes::filesAreRefused()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    QFETCH(QString, code);
    QFETCH(QString, says);
    const std::string path = write(m_folder, qPrintable(name), bytes);
    bytes.clear();
    const tests::Bounded result =
        tests::inBoundedProcess(kMegabytes, [&path] { return outcome(path); });
    QVERIFY2(result.isWhole, result.said.c_str());
    const QString said = QString::fromStdString(result.said);
    QVERIFY2(said.startsWith(code + ": "), result.said.c_str());
    QVERIFY2(said.contains(says), result.said.c_str());
    QVERIFY2(!said.endsWith("| "), result.said.c_str());
}

// What the limits must let through: the same files in sizes that people have.
void TestHostileSizes::wholeFilesAreRead_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("rows");
    const auto row = [](const char* name, const char* file, const QByteArray& bytes, int rows) {
        QTest::newRow(name) << file << bytes << rows;
    };
    const std::string dictionary = dictionaryPage("abc");
    row("a text a hundred times",
        "a.parquet",
        QByteArray::fromStdString(
            parquetOf({{.pages = dictionary + dataPage("\x01" + run(100, 0), 100, 8),
                        .dictionaryBytes = dictionary.size()}},
                      100)),
        100);
    // Numbers whose bytes, read as lengths, would be long texts.
    std::string numbers;
    for (int i = 0; i < 50'000; ++i) {
        numbers += littleEndian(150'000, 4);
    }
    const std::string tokens = dictionaryOf(numbers, 50'000);
    const std::string two = levels(run(1, 0) + run(9999, 1)) + levels(run(10'000, 1));
    row("a list of ten thousand numbers",
        "a.parquet",
        QByteArray::fromStdString(
            parquetOf({{.pages = plainPage({"T"})},
                       {.pages = tokens + dataPage(two + "\x10" + run(10'000, 0) + '\0', 10'000, 8),
                        .repetition = Repeated,
                        .dictionaryBytes = tokens.size(),
                        .name = "ids",
                        .hasNumbers = true}})),
        1);
    const std::string stored("\x28\xB5\x2F\xFD\x20\x05\x29\0\0\x01\0\0\0x", 14);
    row("a page of zstd",
        "a.parquet",
        QByteArray::fromStdString(parquetOf({{.pages = dataPage(stored, 1, 0, 5), .codec = Zstd}})),
        1);
    row("names of other files", "a.jsonl.xz", repeated("{\"text\":\"a\"}\n", 3), 3);
    row("highly repetitive gzip",
        "a.jsonl.gz",
        gzip(repeated("{\"text\":\"" + QByteArray(1000, 'a') + "\"}\n", 10'000)),
        10'000);
    row("as many columns as are read",
        "a.csv",
        "text," + numbered("c", 4095, "") + "\nT," + numbered("", 4095, "") + "\n",
        1);
    row("as many members as are read",
        "a.jsonl",
        "{\"text\":\"T\"," + numbered("\"c", 4095, "\":1") + "}\n",
        1);
}

void TestHostileSizes::wholeFilesAreRead()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    QFETCH(int, rows);
    const std::string path = write(m_folder, qPrintable(name), bytes);
    const engine::Error error = loadError(path);
    QVERIFY2(error.code.empty(), error.message.c_str());
    QCOMPARE(static_cast<int>(loadDataset(path).good), rows);
}

void TestHostileSizes::templatesAreRefused_data()
{
    QTest::addColumn<QByteArray>("source");
    QTest::newRow("texts of texts of texts")
        << QByteArray("{% set ns = namespace(x='ha') %}{% for i in range(99) %}"
                      "{% set ns.x = ns.x ~ ns.x ~ ns.x %}{% endfor %}{{ ns.x }}");
    QTest::newRow("macros of macros of macros")
        << QByteArray("{% macro a() %}haha{% endmacro %}") + [] {
               QByteArray macros;
               for (char name = 'b'; name <= 'k'; ++name) {
                   const QByteArray call = QByteArray("{{ ") + char(name - 1) + "() }}";
                   macros += QByteArray("{% macro ") + name + "() %}" + call.repeated(10)
                             + "{% endmacro %}";
               }
               return macros;
           }() + "{{ k() }}";
    QTest::newRow("lists of lists of lists")
        << QByteArray("{% set ns = namespace(x=[1]) %}{% for i in range(99) %}"
                      "{% set ns.x = [ns.x, ns.x, ns.x] %}{% endfor %}{{ ns.x }}");
    QTest::newRow("brackets in brackets") << QByteArray("{{ ") + QByteArray(1 << 20, '(');
}

void TestHostileSizes::templatesAreRefused()
{
    QFETCH(QByteArray, source);
    const tests::Bounded result = tests::inBoundedProcess(kMegabytes, [&source] {
        return errorOf([&source] {
                   engine::bridge::ChatTemplate::compile(source.toStdString(), "hostile")
                       .render("[]", "[]", "{}", engine::bridge::ChatEnd::GenerationPrompt);
               })
            .message;
    });
    QVERIFY2(result.isWhole, result.said.c_str());
    QVERIFY(QByteArray::fromStdString(result.said).contains("hostile"));
}

// Or nothing above would be shown.
void TestHostileSizes::theBoundHolds()
{
    const tests::Bounded result = tests::inBoundedProcess(kMegabytes, [] {
        std::string all;
        try {
            all.assign(std::size_t{1} << 30, 'a');
        } catch (const std::bad_alloc&) {
            return std::string("no memory");
        }
        return std::to_string(all.size());
    });
    QVERIFY(result.isWhole);
    QCOMPARE(result.said, std::string("no memory"));
}

QTEST_GUILESS_MAIN(TestHostileSizes)
#include "tst_hostile_sizes.moc"
