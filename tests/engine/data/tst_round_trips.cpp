// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "data_test.h"
#include "engine/device/seeds.h"

#include <QtTest>

using namespace data_test;
using engine::contract::Value;
using engine::data::Dataset;
using engine::data::loadDataset;
using engine::data::LoadSettings;
using engine::device::RandomStream;

// Property: rows of any text, written in any kind of file, come back as they were; and the same
// file damaged comes back as rows and reasons that add up, or as an error.
class TestRoundTrips : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowsComeBack_data();
    void rowsComeBack();
    void damageIsReported_data();
    void damageIsReported();

private:
    QTemporaryDir m_folder;
};

namespace {

using Row = std::pair<std::string, std::string>; // prompt, completion
using Rows = std::vector<Row>;

const std::vector<std::string> kPieces = {
    "a",  "word ", "\"", "\"\"",   ",", ";", "\t", "|", "\n", "\r\n", "\\",     "{",    "[",
    "안", "녕 ",   "é",  "\u2028", "😀", "0", "<",  "#", "'",  "  ",   "\"\n\"", "null", "x,y"};

// Never blank, and without blanks at its ends, which no kind of file is asked to keep.
std::string randomText(RandomStream& random, bool isPlain)
{
    std::string text = "t";
    for (uint64_t i = random.uniformInt(12); i > 0; --i) {
        const std::string& piece = kPieces[random.uniformInt(kPieces.size())];
        const bool isLineOrTab = piece.find_first_of("\t\n\r") != std::string::npos;
        text += isPlain && isLineOrTab ? " " : piece;
    }
    return text + "t";
}

Rows randomRows(RandomStream& random, bool isPlain)
{
    Rows rows;
    for (uint64_t i = 2 + random.uniformInt(6); i > 0; --i) {
        rows.emplace_back(randomText(random, isPlain), randomText(random, isPlain));
    }
    return rows;
}

std::string json(const Row& row)
{
    return engine::contract::toJson(
        Value::object({{"prompt", row.first}, {"completion", row.second}}));
}

std::string lines(const Rows& rows)
{
    std::string text;
    for (const Row& row : rows) {
        text += json(row) + "\n";
    }
    return text;
}

std::string list(const Rows& rows)
{
    std::string text;
    for (const Row& row : rows) {
        text += (text.empty() ? "[\n" : ",\n") + json(row);
    }
    return text + "\n]";
}

std::string columns(const Rows& rows)
{
    Value prompts = Value::List();
    Value completions = Value::List();
    for (const Row& row : rows) {
        prompts.append(row.first);
        completions.append(row.second);
    }
    return engine::contract::toJson(
        Value::object({{"prompt", prompts}, {"completion", completions}}), 1);
}

std::string quoted(const std::string& cell)
{
    std::string text = "\"";
    for (const char c : cell) {
        text += c == '"' ? "\"\"" : std::string(1, c);
    }
    return text + "\"";
}

std::string table(const Rows& rows, const std::string& delimiter)
{
    std::string text = "prompt" + delimiter + "completion\r\n";
    for (const Row& row : rows) {
        text += quoted(row.first) + delimiter + quoted(row.second) + "\r\n";
    }
    return text;
}

std::string plainTable(const Rows& rows)
{
    std::string text = "prompt\tcompletion\n";
    for (const Row& row : rows) {
        text += row.first + "\t" + row.second + "\n";
    }
    return text;
}

std::string written(const Rows& rows, const QString& kind)
{
    return kind == "lines"        ? lines(rows)
           : kind == "list"       ? list(rows)
           : kind == "columns"    ? columns(rows)
           : kind == "commas"     ? table(rows, ",")
           : kind == "semicolons" ? table(rows, ";")
           : kind == "tabs"       ? table(rows, "\t")
                                  : plainTable(rows);
}

void addKinds()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("file");
    QTest::newRow("lines") << "lines"
                           << "a.jsonl";
    QTest::newRow("list") << "list"
                          << "a.json";
    QTest::newRow("columns") << "columns"
                             << "a.json";
    QTest::newRow("commas") << "commas"
                            << "a.csv";
    QTest::newRow("semicolons") << "semicolons"
                                << "a.csv";
    QTest::newRow("tabs") << "tabs"
                          << "a.tsv";
    QTest::newRow("plain tabs") << "plain"
                                << "a.tsv";
}

QByteArray utf16(const std::string& text)
{
    QByteArray bytes("\xFF\xFE");
    for (const QChar c : QString::fromStdString(text)) {
        bytes += static_cast<char>(c.unicode() & 0xFF);
        bytes += static_cast<char>(c.unicode() >> 8);
    }
    return bytes;
}

} // namespace

void TestRoundTrips::rowsComeBack_data()
{
    addKinds();
}

void TestRoundTrips::rowsComeBack()
{
    QFETCH(QString, kind);
    QFETCH(QString, file);
    RandomStream random(11);
    for (int round = 0; round < 150; ++round) {
        const Rows rows = randomRows(random, kind == "plain");
        const std::string text = written(rows, kind);
        const QByteArray bytes = round % 3 == 2 ? utf16(text) : QByteArray::fromStdString(text);
        LoadSettings settings;
        settings.windowBytes = round % 2 == 0 ? 5 : 1 << 20;
        const std::string path = write(m_folder, qPrintable(file), bytes);
        const engine::Error error = loadError(path, settings);
        QVERIFY2(error.code.empty(), (error.message + "\n" + text).c_str());
        const Dataset dataset = loadDataset(path, settings);
        QCOMPARE(dataset.records.size(), rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& turns = dataset.records[i].conversation.turns;
            QCOMPARE(turns.at(0).content, rows[i].first);
            QCOMPARE(turns.at(1).content, rows[i].second);
        }
    }
}

void TestRoundTrips::damageIsReported_data()
{
    addKinds();
}

void TestRoundTrips::damageIsReported()
{
    QFETCH(QString, kind);
    QFETCH(QString, file);
    RandomStream random(12);
    for (int round = 0; round < 300; ++round) {
        std::string text = written(randomRows(random, kind == "plain"), kind);
        for (int change = 0; change < 3 && !text.empty(); ++change) {
            const std::size_t at = random.uniformInt(text.size());
            switch (random.uniformInt(4)) {
            case 0:
                text[at] = static_cast<char>(random.word());
                break;
            case 1:
                text.erase(at, 1 + random.uniformInt(20));
                break;
            case 2:
                text.insert(at, kPieces[random.uniformInt(kPieces.size())]);
                break;
            default:
                text.resize(at);
            }
        }
        const std::string path = write(m_folder, qPrintable(file), QByteArray::fromStdString(text));
        const engine::Error error = loadError(path);
        if (!error.code.empty()) {
            QVERIFY2(!error.message.empty() && !error.hint.empty() && error.where.starts_with(path),
                     error.message.c_str());
            continue;
        }
        const Dataset dataset = loadDataset(path);
        QCOMPARE(dataset.rows,
                 static_cast<int64_t>(dataset.records.size() + dataset.dropped.size()));
        for (const engine::data::Problem& problem : dataset.dropped) {
            QVERIFY(problem.line >= 1 && !problem.code.empty() && !problem.message.empty());
        }
    }
}

QTEST_GUILESS_MAIN(TestRoundTrips)
#include "tst_round_trips.moc"
