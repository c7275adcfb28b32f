// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "data_test.h"
#include "engine/device/sha256.h"
#include "made_gzip.h"

#include <QDir>
#include <QtTest>

#include <algorithm>

using namespace data_test;
using engine::data::Dataset;
using engine::data::loadDataset;
using engine::data::LoadSettings;
using engine::data::ReadProgress;

// Every kind of file, told by its content and its name, comes to the same rows.
class TestDataFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void kindsAreTold_data();
    void kindsAreTold();
    void parquetIsRead();
    void parquetOfEveryWriter_data();
    void parquetOfEveryWriter();
    void damagedFilesAreRefused_data();
    void damagedFilesAreRefused();
    void partsOfAnObject();
    void foldersOfManyFiles();
    void presetsMapTheirColumns_data();
    void presetsMapTheirColumns();
    void badRowsAreHandedOut();
    void readingCanBeStopped();
    void everyPieceAsksWhetherToStop_data();
    void everyPieceAsksWhetherToStop();
    void progressCountsRowsOfAllFiles();

private:
    QTemporaryDir m_folder;
};

namespace {

// pyarrow: prompt, completion, n (snappy); messages (zstd).
const QByteArray kPlainParquet = QByteArray::fromBase64(
    "UEFSMRUEFTIVNkwVBBUAEgAAGWACAAAASGkPAAAA7JWI64WVCmxpbmUgdHdvFQAVEhUWLBUGFRAVBhUGHAAAAAkg"
    "AgAAAAMDAQMCFQQVMBU0TBUGFQASAAAYXAUAAABIZWxsbwYAAADtlZjsnbQBAAAAeBUAFRQVGCwVBhUQFQYVBhwA"
    "AAAKJAIAAAAGAQIDJAAVBBUwFS5MFQYVABIAABgEAQAJATwCAAAAAAAAAAMAAAAAAAAAFQAVFBUYLBUGFRAVBhUG"
    "HAAAAAokAgAAAAYBAgMkABUEGUw1ABgGc2NoZW1hFQYAFQwlAhgGcHJvbXB0JQBMHAAAABUMJQIYCmNvbXBsZXRp"
    "b24lAEwcAAAAFQQlAhgBbgAWBhkcGTwmABwVDBk1AAYQGRgGcHJvbXB0FQIWBhaGARaOASZaJggpLBUEFQAVAgAV"
    "ABUQFQIAPBYiGQYZJgIEAAAAJgAcFQwZNQAGEBkYCmNvbXBsZXRpb24VAhYGFoYBFo4BJuYBJpYBKSwVBBUAFQIA"
    "FQAVEBUCADwWGBkGGSYABgAAACYAHBUEGTUABhAZGAFuFQIWBhaGARaIASbuAiakAiksFQQVABUCABUAFRAVAgA8"
    "KQYZJgAGAAAAFpIDFgYmCBakAwAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjYuMC4xGTwcAAAcAAAcAAAA"
    "OgEAAFBBUjE=");
const QByteArray kMessagesParquet = QByteArray::fromBase64(
    "UEFSMRUEFSoVPEwVBBUAEgAAKLUv/SAVqQAABAAAAHVzZXIJAAAAYXNzaXN0YW50FQAVHhUwLBUEFRAVBhUGHAAA"
    "ACi1L/0gD3kAAAIAAAADAgIAAAAEBAEDAhUEFRQVJkwVBBUAEgAAKLUv/SAKUQAAAQAAAFEBAAAAQRUAFR4VMCwV"
    "BBUQFQYVBhwAAAAotS/9IA95AAACAAAAAwICAAAABAQBAwIVBBlsNQAYBnNjaGVtYRUCADUCGAhtZXNzYWdlcxUC"
    "FQZMPAAAADUEGARsaXN0FQIANQIYB2VsZW1lbnQVBAAVDCUCGARyb2xlJQBMHAAAABUMJQIYB2NvbnRlbnQlAEwc"
    "AAAAFgIZHBksJgAcFQwZNQAGEBlICG1lc3NhZ2VzBGxpc3QHZWxlbWVudARyb2xlFQwWBBaKARauASZgJggpLBUE"
    "FQAVAgAVABUQFQIAPBYaGSYCAhlWAAAAAAQAAAAmABwVDBk1AAYQGUgIbWVzc2FnZXMEbGlzdAdlbGVtZW50B2Nv"
    "bnRlbnQVDBYEFnQWmAEm+AEmtgEpLBUEFQAVAgAVABUQFQIAPBYEGSYCAhlWAAAAAAQAAAAW/gEWAiYIFsYCACgg"
    "cGFycXVldC1jcHAtYXJyb3cgdmVyc2lvbiAyNi4wLjEZLBwAABwAAABQAQAAUEFSMQ==");
// gzip of {"prompt":"Q","completion":"A"} and a line end.
const QByteArray kGzip =
    QByteArray::fromBase64("H4sIAAAAAAACA6tWKijKzy0oUbJSClTSUUoGsnNSSzLz84ACjkq1XAAjdPY9IAAAAA==");

std::string all(const Dataset& dataset)
{
    std::string text;
    for (const engine::data::Record& record : dataset.records) {
        text += (text.empty() ? "" : " # ") + std::to_string(record.line) + " " + rendered(record);
    }
    return text;
}

} // namespace

void TestDataFile::kindsAreTold_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("expected");
    const auto row =
        [](const char* name, const char* file, const QByteArray& bytes, const char* expected) {
            QTest::newRow(name) << file << bytes << expected;
        };
    const char* two = "1 user: Q | assistant: A # 2 user: R | assistant: B";
    const char* below = "2 user: Q | assistant: A # 3 user: R | assistant: B";
    const QByteArray lines =
        "{\"prompt\":\"Q\",\"completion\":\"A\"}\n{\"prompt\":\"R\",\"completion\":\"B\"}\n";
    row("lines", "a.jsonl", lines, two);
    row("lines called JSON", "a.json", lines, two);
    row("lines called text", "a.txt", lines, two);
    row("lines called CSV", "a.csv", lines, two);
    row("list",
        "a.json",
        "[{\"prompt\":\"Q\",\"completion\":\"A\"},\n{\"prompt\":\"R\",\"completion\":\"B\"}]",
        two);
    row("list called lines",
        "a.jsonl",
        "[\n{\"prompt\":\"Q\",\"completion\":\"A\"},\n{\"prompt\":\"R\",\"completion\":\"B\"}\n]",
        below);
    row("one object",
        "a.json",
        "{\n\"prompt\":\"Q\",\n\"completion\":\"A\"}",
        "1 user: Q | assistant: A");
    row("one object in a line",
        "a.json",
        "{\"prompt\":\"Q\",\"completion\":\"A\"}",
        "1 user: Q | assistant: A");
    row("objects over several lines",
        "a.json",
        "{\n\"prompt\":\"Q\",\"completion\":\"A\"\n}\n{\"prompt\":\"R\",\n\"completion\":\"B\"}",
        "1 user: Q | assistant: A # 4 user: R | assistant: B");
    row("object of lists",
        "a.json",
        "{\"version\":1,\n\"data\":[{\"prompt\":\"Q\",\"completion\":\"A\"},\n{\"prompt\":\"R\","
        "\"completion\":\"B\"}]}",
        below);
    row("columns", "a.json", "{\"prompt\":[\"Q\",\n\"R\"],\"completion\":[\"A\",\"B\"]}", two);
    row("lists of texts", "a.json", "{\"train\":[[\"T\",\"c\"]]}", "");
    row("commas", "a.csv", "prompt,completion\nQ,A\nR,B\n", below);
    row("semicolons", "a.csv", "prompt;completion\r\nQ;A\r\nR;B", below);
    row("tabs",
        "a.tsv",
        "prompt\tcompletion\nQ\tA\n\nR\tB\n",
        "2 user: Q | assistant: A # 4 user: R | assistant: B");
    row("table without a known name", "a.data", "prompt,completion\nQ,A\nR,B\n", below);
    row("messages in a table",
        "a.csv",
        "messages\n\"[{\"\"role\"\":\"\"user\"\",\"\"content\"\":\"\"Q\"\"},{\"\"role\"\":"
        "\"\"assistant\"\",\"\"content\"\":\"\"A\"\"}]\"\n",
        "2 user: Q | assistant: A");
    row("gzip", "a.jsonl.gz", kGzip, "1 user: Q | assistant: A");
    row("gzip by its first bytes",
        "a.jsonl",
        kGzip + kGzip,
        "1 user: Q | assistant: A # 2 user: Q | assistant: A");
    row("Markdown", "a.md", "# Title\n", "1 text: # Title\n");
}

void TestDataFile::kindsAreTold()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    QFETCH(QString, expected);
    const std::string path = write(m_folder, qPrintable(name), bytes);
    if (expected.isEmpty()) {
        QVERIFY(loadError(path).message.find("column_1, column_2") != std::string::npos);
        return;
    }
    for (const std::size_t window : {1, 1 << 20}) {
        LoadSettings settings;
        settings.windowBytes = window;
        QCOMPARE(QString::fromStdString(all(loadDataset(path, settings))), expected);
    }
}

void TestDataFile::parquetIsRead()
{
    const Dataset plain = loadDataset(write(m_folder, "a.parquet", kPlainParquet));
    QCOMPARE(plain.encoding, "parquet");
    QCOMPARE(plain.columns, (std::vector<std::string>{"prompt", "completion", "n"}));
    QCOMPARE(all(plain),
             "1 user: Hi | assistant: Hello # 2 user: 안녕\nline two | assistant: 하이 # "
             "3 user:  | assistant: x");
    QCOMPARE(plain.sha256, engine::device::sha256File(plain.path));
    QCOMPARE(all(loadDataset(write(m_folder, "b.parquet", kMessagesParquet))),
             "1 user: Q | assistant: A");
}

void TestDataFile::parquetOfEveryWriter_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("expected");
    for (const char* file : {"none", "snappy", "gzip", "zstd", "lz4", "second", "inside_gzip"}) {
        QTest::newRow(file) << file << "1 user: Hi | assistant: Hello";
    }
    for (const char* file : {"prefixes", "lengths"}) {
        QTest::newRow(file) << file << "1 text: abc # 2 text: abcd # 3 text: abx";
    }
    for (const char* file : {"messages", "messages_second"}) {
        QTest::newRow(file) << file << "1 user: Q | assistant: A";
    }
    QTest::newRow("groups") << "groups"
                            << "1 text: a # 2 text: b # 3 text: c";
}

// pyarrow's codecs, pages and encodings, kept as what fuzzing begins with.
void TestDataFile::parquetOfEveryWriter()
{
    QFETCH(QString, file);
    QFETCH(QString, expected);
    const QString path = QStringLiteral(LORA_SOURCE_DIR "/tests/fuzz/seeds/parquet/") + file;
    const Dataset dataset = loadDataset(path.toStdString());
    QCOMPARE(QString::fromStdString(all(dataset)), expected);
    QCOMPARE(dataset.encoding, "parquet");
    QCOMPARE(dataset.sha256, engine::device::sha256File(path.toStdString()));
}

void TestDataFile::damagedFilesAreRefused_data()
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
    row("gzip cut off", "a.gz", kGzip.left(30), "bad_file", "a.gz");
    row("gzip with other bytes",
        "a.gz",
        QByteArray(kGzip).replace(12, 4, "abcd"),
        "bad_file",
        "a.gz");
    row("Parquet cut off", "a.parquet", kPlainParquet.left(300), "bad_file", "a.parquet");
    row("Parquet cut off inside gzip",
        "a.parquet.gz",
        gzip(kPlainParquet.left(300)),
        "bad_file",
        "cut off");
    row("Parquet of nothing", "a.parquet", "PAR1", "bad_file", "a.parquet");
    row("quotation mark",
        "a.csv",
        "prompt,completion\na,b\n\"c,d\n",
        "bad_data",
        "line 3: a quotation mark");
    row("column twice",
        "a.csv",
        "prompt,output,output\na,b,c\n",
        "bad_data",
        "\"output\" is there twice");
    row("header alone", "a.csv", "prompt,output\n", "bad_data", "no rows");
    row("web page", "a.csv", "<!DOCTYPE html><html>", "bad_data", "a web page");
    row("cells",
        "a.csv",
        "prompt,output\na,b,c\n",
        "bad_data",
        "line 2: 3 cells, but the table has 2");
    row("object cut off", "a.json", "{\n\"data\": [{\"text\": \"a\"},", "bad_data", "not closed");
}

void TestDataFile::damagedFilesAreRefused()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    QFETCH(QString, code);
    QFETCH(QString, says);
    const engine::Error error = loadError(write(m_folder, qPrintable(name), bytes));
    QVERIFY2(QString::fromStdString(error.message).contains(says), error.message.c_str());
    QCOMPARE(QString::fromStdString(error.code), code);
    QVERIFY(!error.hint.empty());
}

void TestDataFile::partsOfAnObject()
{
    const std::string path = write(m_folder,
                                   "parts.json",
                                   "{\"val\":[{\"text\":\"v\"}],\"train\":[{\"text\":\"t\"},"
                                   "{\"text\":\"u\"}],\"test\":[{\"text\":\"x\"}]}");
    const Dataset train = loadDataset(path);
    QCOMPARE(all(train), "1 text: t # 1 text: u");
    QCOMPARE(train.validationPath, path + "#val");
    QCOMPARE(train.testPath, path + "#test");
    const Dataset validation = loadDataset(train.validationPath);
    QCOMPARE(all(validation), "1 text: v");
    QVERIFY(validation.sha256 != train.sha256);
    QVERIFY(loadError(path + "#dev").message.find("no part dev") != std::string::npos);
}

void TestDataFile::foldersOfManyFiles()
{
    const QTemporaryDir numbered;
    write(numbered, "train-00000-of-00002.jsonl", "{\"text\":\"a\"}");
    write(numbered, "train-00001-of-00002.jsonl", "{\"text\":\"b\"}");
    const std::string valid =
        write(numbered, "validation-00000-of-00001.jsonl", "{\"text\":\"v\"}");
    const Dataset dataset = loadDataset(numbered.path().toStdString());
    QCOMPARE(all(dataset), "1 text: a # 1 text: b");
    QVERIFY(dataset.records[1].file.ends_with("train-00001-of-00002.jsonl"));
    QCOMPARE(dataset.validationPath, valid);
    QCOMPARE(all(loadDataset(numbered.path().toStdString() + "#validation")), "1 text: v");
    const QTemporaryDir mixed;
    write(mixed, "b.csv", "text,id\nb,1\n");
    write(mixed, "a.jsonl", "{\"text\":\"a\"}");
    write(mixed, "notes.pdf", "%PDF-");
    QCOMPARE(all(loadDataset(mixed.path().toStdString())), "1 text: a # 2 text: b");
}

void TestDataFile::presetsMapTheirColumns_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("asked");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("preset");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* preset,
                        const char* file,
                        const char* asked,
                        const char* bytes,
                        const char* expected) {
        QTest::newRow(preset) << file << asked << QByteArray(bytes) << preset << expected;
    };
    row("sts",
        "a.tsv",
        "auto",
        "genre\tfilename\tscore\tsentence1\tsentence2\nmain\tf\t4.750\tA\tB\n",
        "2 text: A & B = 4.75");
    row("glue_mrpc",
        "a.tsv",
        "auto",
        "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t10\t11\t\"A\tB\n",
        "2 text: \"A & B = \"1\"");
    row("glue_qqp",
        "a.tsv",
        "auto",
        "id\tquestion1\tquestion2\tis_duplicate\n0\tA\tB\t1\n",
        "2 text: A & B = \"1\"");
    row("glue_qnli",
        "a.tsv",
        "auto",
        "index\tquestion\tsentence\tlabel\n0\tA\tB\tentailment\n",
        "2 text: A & B = \"entailment\"");
    row("glue_mnli",
        "a.tsv",
        "auto",
        "index\tsentence1\tsentence2\tlabel1\tgold_label\n0\tA\tB\tneutral\tcontradiction\n",
        "2 text: A & B = \"contradiction\"");
    row("glue_cola",
        "a.tsv",
        "glue_cola",
        "gj04\t1\t\tThey drank.\ngj04\t0\t*\tThey drank the pub.\n",
        "1 text: They drank. = \"1\" # 2 text: They drank the pub. = \"0\"");
    row("klue_nli",
        "a.json",
        "auto",
        "[{\"guid\":\"1\",\"premise\":\"A\",\"hypothesis\":\"B\",\"gold_label\":\"neutral\"}]",
        "1 text: A & B = \"neutral\"");
    row("klue_ynat",
        "a.json",
        "auto",
        "[{\"guid\":\"1\",\"title\":\"A\",\"label\":\"IT\"}]",
        "1 text: A = \"IT\"");
    row("nsmc", "a.txt", "nsmc", "id\tdocument\tlabel\n1\tA\t0\n", "2 text: A = \"0\"");
    row("banking77", "a.csv", "auto", "text,category\nA,card\n", "2 text: A = \"card\"");
    row("clinc150",
        "a.json",
        "clinc150",
        "{\"train\":[[\"A\",\"oos\"]],\"val\":[[\"B\",\"x\"]]}",
        "1 text: A = \"oos\"");
    row("chatbot_ko", "a.csv", "auto", "Q,A,label\nq,a,0\n", "2 user: q | assistant: a");
    row("qa_ko", "a.csv", "auto", "질문,답변\nq,a\n", "2 user: q | assistant: a");
    row("e2e_nlg",
        "a.csv",
        "auto",
        "mr,ref\n\"name[X], area[Y]\",X is in Y.\n",
        "2 user: name[X], area[Y] | assistant: X is in Y.");
    row("e2e_nlg_txt",
        "a.txt",
        "e2e_nlg_txt",
        "name : X | area : Y||X is in Y .\n",
        "1 user: name : X | area : Y | assistant: X is in Y .");
    row("wikisql",
        "a.jsonl",
        "auto",
        "{\"phase\":1,\"table_id\":\"t\",\"question\":\"Q\",\"sql\":{\"sel\":3}}",
        "1 user: Q | assistant: {\"sel\":3}");
}

void TestDataFile::presetsMapTheirColumns()
{
    QFETCH(QString, name);
    QFETCH(QString, asked);
    QFETCH(QByteArray, bytes);
    QFETCH(QString, preset);
    QFETCH(QString, expected);
    LoadSettings settings;
    settings.format = asked.toStdString();
    const Dataset dataset = loadDataset(write(m_folder, qPrintable(name), bytes), settings);
    QCOMPARE(QString::fromStdString(dataset.preset), preset);
    QCOMPARE(QString::fromStdString(all(dataset)), expected);
    QVERIFY(!dataset.roles.empty());
}

void TestDataFile::badRowsAreHandedOut()
{
    LoadSettings settings;
    std::string bad;
    settings.badRow = [&](const engine::data::Problem& problem, std::string_view row) {
        bad += std::to_string(problem.line) + problem.code + ":" + std::string(row) + "\n";
    };
    const Dataset dataset =
        loadDataset(write(m_folder, "a.jsonl", "{\"text\":\"a\"}\n{\"foo\":1}\n{]\n"), settings);
    QCOMPARE(bad, "2no_known_columns:{\"foo\":1}\n3bad_json:{]\n");
    QCOMPARE(dataset.droppedByCode,
             (std::map<std::string, int64_t>{{"bad_json", 1}, {"no_known_columns", 1}}));
    QCOMPARE(dataset.dropped[0].text, "{\"foo\":1}");
}

void TestDataFile::readingCanBeStopped()
{
    QByteArray lines;
    for (int i = 0; i < 10000; ++i) {
        lines += "{\"text\":\"a\"}\n";
    }
    LoadSettings settings;
    uint64_t seen = 0;
    settings.progress = [&](const ReadProgress& progress) {
        seen = progress.bytes;
        return progress.allBytes != static_cast<uint64_t>(lines.size());
    };
    QCOMPARE(loadError(write(m_folder, "a.jsonl", lines), settings).code, "stopped");
    QVERIFY(seen > 0);
}

// Also where the rows come only after everything is read: prose, one object that holds all rows.
void TestDataFile::everyPieceAsksWhetherToStop_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray text(5 << 20, 'a');
    QTest::newRow("prose") << "a.txt" << text;
    QTest::newRow("object of lists")
        << "a.json"
        << R"({"train":[{"text":")" + text + R"("}],"test":[{"text":"b"}]})";
    QTest::newRow("one row") << "a.jsonl"
                             << R"({"text":")" + text + "\"}\n";
}

void TestDataFile::everyPieceAsksWhetherToStop()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    const std::string path = write(m_folder, name.toUtf8().constData(), bytes);
    LoadSettings settings;
    uint64_t longestStep = 0;
    uint64_t last = 0;
    std::vector<ReadProgress> told;
    settings.progress = [&](const ReadProgress& progress) {
        longestStep = std::max(longestStep, progress.bytes - last);
        last = progress.bytes;
        told.push_back(progress);
        return true;
    };
    loadDataset(path, settings);
    QVERIFY(longestStep <= uint64_t(1) << 20);
    QCOMPARE(told.back().bytes, static_cast<uint64_t>(bytes.size()));
    QVERIFY(told.back().isEnd);
    QCOMPARE(std::count_if(told.begin(), told.end(), [](const auto& one) { return one.isEnd; }), 1);

    settings.progress = [](const ReadProgress& progress) { return progress.bytes < 3 << 20; };
    QCOMPARE(loadError(path, settings).code, "stopped");
}

void TestDataFile::progressCountsRowsOfAllFiles()
{
    QByteArray lines;
    for (int i = 0; i < 1000; ++i) {
        lines += i % 10 == 0 ? "{\"foo\":1}\n" : "{\"text\":\"a\"}\n";
    }
    QVERIFY(QDir(m_folder.path()).mkpath("both"));
    write(m_folder, "both/train-00000-of-00002.jsonl", lines);
    write(m_folder, "both/train-00001-of-00002.jsonl", lines);
    LoadSettings settings;
    ReadProgress last;
    bool isMonotonous = true;
    settings.progress = [&](const ReadProgress& progress) {
        isMonotonous = isMonotonous && progress.bytes >= last.bytes && progress.rows >= last.rows;
        last = progress;
        return true;
    };
    loadDataset(m_folder.filePath("both").toStdString(), settings);
    QVERIFY(isMonotonous);
    QCOMPARE(last.rows, int64_t(2000));
    QCOMPARE(last.allBytes, static_cast<uint64_t>(2 * lines.size()));
    QCOMPARE(last.bytes, last.allBytes);
}

QTEST_GUILESS_MAIN(TestDataFile)
#include "tst_data_file.moc"
