// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "data_test.h"
#include "engine/device/seeds.h"

#include <QtTest>

using namespace data_test;
using engine::data::Dataset;
using engine::data::loadDataset;
using engine::device::RandomStream;

// Random and damaged files with a fixed seed: each ends in rows that add up, or in an error with a
// hint, the same whether the file is read whole or in windows.
class TestHostileRows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void damagedFilesNeverCrash_data();
    void damagedFilesNeverCrash();
    void randomBytesNeverCrash_data();
    void randomBytesNeverCrash();

private:
    void load(const char* name, const QByteArray& bytes);

    QTemporaryDir m_folder;
};

namespace {

const QByteArray kLines =
    R"({"instruction":"a","input":"b","output":"c","history":[["q","r"]],"system":"s"}
{"prompt":[{"role":"user","content":"Hi \ud83d\ude00"}],"completion":"Hello"}
{"messages":[{"role":"user","content":[{"type":"text","text":"x"}]},{"role":"assistant","content":null,"tool_calls":[{"id":1}]},{"role":"tool","content":"{}"},{"role":"assistant","content":"y","weight":0.5}],"tools":"[]"}
{"conversations":[{"from":"human","value":"안녕"},{"from":"function_call","value":"{\"name\":\"f\"}"}]}
{"text":"Once upon a time"}
)";

const QByteArray kList = "[\n" + QByteArray(kLines).trimmed().replace("}\n{", "},\n{") + "\n]";

// Changes, inserts, repeats and cuts a few bytes.
QByteArray damaged(QByteArray bytes, RandomStream& random)
{
    static const QByteArray kTokens = "{}[]\",:\\\n0e-n\xEF\xBB\xBF\xC0\x80";
    const auto place = [&] {
        return static_cast<int>(random.uniformInt(static_cast<uint64_t>(bytes.size())));
    };
    const uint64_t changes = 1 + random.uniformInt(6);
    for (uint64_t i = 0; i < changes && bytes.size() > 1; ++i) {
        const char token =
            kTokens[static_cast<int>(random.uniformInt(static_cast<uint64_t>(kTokens.size())))];
        switch (random.uniformInt(5)) {
        case 0:
            bytes[place()] = static_cast<char>(random.word());
            break;
        case 1:
            bytes.insert(place(), token);
            break;
        case 2:
            bytes.remove(place(), 1 + static_cast<int>(random.uniformInt(8)));
            break;
        case 3:
            bytes.insert(place(), bytes.mid(place(), static_cast<int>(random.uniformInt(60))));
            break;
        default:
            bytes[place()] = token;
        }
    }
    return bytes;
}

// Everything a file comes to, as one text.
std::string outcome(const std::string& path, std::size_t windowBytes)
{
    engine::data::LoadSettings settings;
    settings.windowBytes = windowBytes;
    std::string all;
    const engine::Error error = errorOf([&] {
        const Dataset dataset = loadDataset(path, settings);
        all = dataset.sha256 + " " + dataset.format + " " + dataset.encoding;
        for (const engine::data::Record& record : dataset.records) {
            all += "\n" + std::to_string(record.line) + " " + record.sha256 + rendered(record);
        }
        for (const auto* problems : {&dataset.dropped, &dataset.notices}) {
            for (const engine::data::Problem& problem : *problems) {
                all += "\n" + std::to_string(problem.line) + " " + problem.code + problem.message;
            }
        }
        for (const std::string& column : dataset.columns) {
            all += "\n" + column;
        }
    });
    return all + error.message + error.where;
}

} // namespace

void TestHostileRows::load(const char* name, const QByteArray& bytes)
{
    const std::string path = write(m_folder, name, bytes);
    for (const std::size_t windowBytes : {1, 64, 300}) {
        QCOMPARE(outcome(path, windowBytes), outcome(path, 1 << 20));
    }
    const engine::Error error = loadError(path);
    if (!error.code.empty()) {
        QVERIFY(!error.message.empty() && !error.hint.empty() && error.where.starts_with(path));
        return;
    }
    const Dataset dataset = loadDataset(path);
    QVERIFY(!dataset.records.empty());
    QCOMPARE(dataset.rows, static_cast<int64_t>(dataset.records.size() + dataset.dropped.size()));
    for (const engine::data::Problem& problem : dataset.dropped) {
        QVERIFY(problem.line >= 1 && !problem.code.empty() && !problem.message.empty());
    }
}

void TestHostileRows::damagedFilesNeverCrash_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("lines") << kLines;
    QTest::newRow("list") << kList;
}

void TestHostileRows::damagedFilesNeverCrash()
{
    QFETCH(QByteArray, bytes);
    QCOMPARE(loadDataset(write(m_folder, "whole.jsonl", bytes)).records.size(), std::size_t{5});
    RandomStream random(2024);
    for (int round = 0; round < 400 && !QTest::currentTestFailed(); ++round) {
        load("damaged.jsonl", damaged(bytes, random));
    }
}

void TestHostileRows::randomBytesNeverCrash_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("JSON") << QByteArray("random.json");
    QTest::newRow("text") << QByteArray("random.txt");
}

void TestHostileRows::randomBytesNeverCrash()
{
    QFETCH(QByteArray, name);
    RandomStream random(7);
    for (int round = 0; round < 200 && !QTest::currentTestFailed(); ++round) {
        QByteArray bytes(static_cast<int>(random.uniformInt(200)), '\0');
        for (char& byte : bytes) {
            byte = static_cast<char>(random.word());
        }
        load(name.constData(), bytes);
    }
}

QTEST_GUILESS_MAIN(TestHostileRows)
#include "tst_hostile_rows.moc"
