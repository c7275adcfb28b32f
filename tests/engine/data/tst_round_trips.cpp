// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "data_test.h"
#include "engine/device/seeds.h"
#include "made_gzip.h"
#include "made_rows.h"

#include <QDir>
#include <QtTest>

using namespace data_test;
using engine::data::Dataset;
using engine::data::loadDataset;
using engine::data::LoadSettings;
using engine::device::RandomStream;

// Property: rows of any text, written in any kind of file and any format, come back as they were;
// and the same file damaged comes back as rows and reasons that add up, or as an error.
class TestRoundTrips : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowsComeBack_data();
    void rowsComeBack();
    void documentsComeBack_data();
    void documentsComeBack();
    void formatsComeBack_data();
    void formatsComeBack();
    void encodingsComeBack_data();
    void encodingsComeBack();
    void damageIsReported_data();
    void damageIsReported();
    void damagedFormatsAreReported_data();
    void damagedFormatsAreReported();
    void damagedInfoIsReported();

private:
    std::string put(const MadeFile& file);

    QTemporaryDir m_folder;
};

namespace {

void addKinds()
{
    QTest::addColumn<QString>("kind");
    for (const char* kind : kKinds) {
        QTest::newRow(kind) << kind;
    }
}

void addFormats()
{
    QTest::addColumn<QString>("format");
    for (const MadeFormat& format : madeFormats()) {
        QTest::newRow(format.name) << format.name;
    }
}

const MadeFormat& formatNamed(const QString& name)
{
    static const std::vector<MadeFormat> all = madeFormats();
    return *std::find_if(
        all.begin(), all.end(), [&name](const MadeFormat& format) { return name == format.name; });
}

// Changes, cuts and inserts a few bytes.
QByteArray damaged(QByteArray bytes, RandomStream& random)
{
    for (int change = 0; change < 3 && !bytes.isEmpty(); ++change) {
        const auto size = static_cast<uint64_t>(bytes.size());
        const auto at = static_cast<int>(random.uniformInt(size));
        switch (random.uniformInt(4)) {
        case 0:
            bytes[at] = static_cast<char>(random.word());
            break;
        case 1:
            bytes.remove(at, 1 + static_cast<int>(random.uniformInt(20)));
            break;
        case 2:
            bytes.insert(at, QByteArray::fromStdString(randomPiece(random)));
            break;
        default:
            bytes.truncate(at);
        }
    }
    return bytes;
}

// Rows and reasons that add up, or an error that says which file and what to do.
void requireReport(const std::string& path)
{
    const engine::Error error = loadError(path);
    if (!error.code.empty()) {
        QVERIFY2(!error.message.empty() && !error.hint.empty() && !error.where.empty(),
                 (error.message + " | " + error.hint + " | " + error.where).c_str());
        return;
    }
    const Dataset dataset = loadDataset(path);
    QCOMPARE(dataset.rows, static_cast<int64_t>(dataset.records.size() + dataset.dropped.size()));
    for (const engine::data::Problem& problem : dataset.dropped) {
        QVERIFY(problem.line >= 1 && !problem.code.empty() && !problem.message.empty());
    }
}

} // namespace

std::string TestRoundTrips::put(const MadeFile& file)
{
    QDir(m_folder.path()).mkpath(QFileInfo(file.name).path());
    return write(m_folder, qPrintable(file.name), file.bytes);
}

void TestRoundTrips::rowsComeBack_data()
{
    addKinds();
}

void TestRoundTrips::rowsComeBack()
{
    QFETCH(QString, kind);
    RandomStream random(11);
    for (int round = 0; round < 150; ++round) {
        const Rows rows = randomRows(random, kind == "plain tabs");
        LoadSettings settings;
        settings.windowBytes = round % 2 == 0 ? 5 : 1 << 20;
        const std::vector<MadeFile> files = written(rows, kind, round % 3 == 2);
        std::string path;
        for (const MadeFile& file : files) {
            path = put(file);
        }
        if (files.size() > 1) {
            path = m_folder.filePath(QFileInfo(files.front().name).path()).toStdString();
        }
        const engine::Error error = loadError(path, settings);
        QVERIFY2(error.code.empty(), (error.message + "\n" + lines(rows)).c_str());
        const Dataset dataset = loadDataset(path, settings);
        QCOMPARE(dataset.records.size(), rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& turns = dataset.records[i].conversation.turns;
            QCOMPARE(turns.at(0).content, rows[i].first);
            QCOMPARE(turns.at(1).content, rows[i].second);
        }
    }
}

void TestRoundTrips::documentsComeBack_data()
{
    QTest::addColumn<QString>("file");
    for (const char* file : {"a.txt", "a.md", "a.markdown", "a.txt.gz"}) {
        QTest::newRow(file) << file;
    }
}

// A text is one document, whatever stands in it but rows.
void TestRoundTrips::documentsComeBack()
{
    QFETCH(QString, file);
    RandomStream random(13);
    for (int round = 0; round < 100; ++round) {
        std::string text;
        for (const Row& row : randomRows(random, false)) {
            text += "# " + row.first + "\n" + row.second + "\n";
        }
        text.erase(std::remove(text.begin(), text.end(), '\r'), text.end());
        const QByteArray bytes = QByteArray::fromStdString(text);
        LoadSettings settings;
        settings.format = file.endsWith(".gz") ? "plain_text" : "auto";
        const std::string path = put({file, file.endsWith(".gz") ? gzip(bytes) : bytes});
        const Dataset dataset = loadDataset(path, settings);
        QCOMPARE(dataset.records.size(), std::size_t{1});
        QCOMPARE(dataset.records.front().text, text);
    }
}

void TestRoundTrips::formatsComeBack_data()
{
    addFormats();
}

void TestRoundTrips::formatsComeBack()
{
    QFETCH(QString, format);
    const MadeFormat& made = formatNamed(format);
    RandomStream random(14);
    for (int round = 0; round < 60; ++round) {
        std::string text;
        std::vector<std::string> expected;
        for (uint64_t i = 1 + random.uniformInt(5); i > 0; --i) {
            const MadeRow row = made.make(random);
            text += engine::contract::toJson(row.row) + "\n";
            expected.push_back(row.rendered);
        }
        const std::string path = put({"formats.jsonl", QByteArray::fromStdString(text)});
        const engine::Error error = loadError(path);
        QVERIFY2(error.code.empty(), (error.message + "\n" + text).c_str());
        const Dataset dataset = loadDataset(path);
        QCOMPARE(dataset.format, std::string(made.id));
        QCOMPARE(dataset.records.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            QCOMPARE(QString::fromStdString(rendered(dataset.records[i])),
                     QString::fromStdString(expected[i]));
        }
    }
}

void TestRoundTrips::encodingsComeBack_data()
{
    QTest::addColumn<QString>("encoding");
    QTest::addColumn<QString>("kind");
    for (const MadeEncoding& encoding : madeEncodings()) {
        for (const char* kind : {"lines", "commas", "tabs", "lines in gzip"}) {
            QTest::addRow("%s, %s", encoding.name, kind) << encoding.name << kind;
        }
    }
}

void TestRoundTrips::encodingsComeBack()
{
    QFETCH(QString, encoding);
    QFETCH(QString, kind);
    const std::vector<MadeEncoding> all = madeEncodings();
    const MadeEncoding& made = *std::find_if(
        all.begin(), all.end(), [&](const auto& each) { return encoding == each.name; });
    RandomStream random(15);
    for (int round = 0; round < 40; ++round) {
        Rows rows;
        for (uint64_t i = 4 + random.uniformInt(4); i > 0; --i) {
            rows.emplace_back(made.text(random), made.text(random));
        }
        MadeFile file = written(rows, kind.section(' ', 0, 0), false).front();
        file.bytes = made.encode(file.bytes.toStdString());
        if (kind.endsWith("gzip")) {
            file.bytes = gzip(file.bytes);
        }
        const std::string path = put(file);
        const Dataset dataset = loadDataset(path);
        QCOMPARE(QString::fromStdString(dataset.encoding), QString(made.told));
        QCOMPARE(dataset.records.size(), rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& turns = dataset.records[i].conversation.turns;
            QCOMPARE(QString::fromStdString(turns.at(0).content),
                     QString::fromStdString(rows[i].first));
            QCOMPARE(QString::fromStdString(turns.at(1).content),
                     QString::fromStdString(rows[i].second));
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
    RandomStream random(12);
    for (int round = 0; round < 300 && !QTest::currentTestFailed(); ++round) {
        const Rows rows = randomRows(random, kind == "plain tabs");
        std::vector<MadeFile> files = written(rows, kind, false);
        MadeFile& hit = files[random.uniformInt(files.size())];
        hit.bytes = damaged(std::move(hit.bytes), random);
        std::string path;
        for (const MadeFile& file : files) {
            path = put(file);
        }
        requireReport(
            files.size() == 1 ? path : m_folder.filePath(QFileInfo(hit.name).path()).toStdString());
    }
}

void TestRoundTrips::damagedFormatsAreReported_data()
{
    addFormats();
}

void TestRoundTrips::damagedFormatsAreReported()
{
    QFETCH(QString, format);
    const MadeFormat& made = formatNamed(format);
    RandomStream random(16);
    for (int round = 0; round < 150 && !QTest::currentTestFailed(); ++round) {
        QByteArray bytes;
        for (uint64_t i = 1 + random.uniformInt(3); i > 0; --i) {
            bytes += QByteArray::fromStdString(engine::contract::toJson(made.make(random).row));
            bytes += "\n";
        }
        requireReport(put({"damaged.jsonl", damaged(std::move(bytes), random)}));
    }
}

void TestRoundTrips::damagedInfoIsReported()
{
    const QByteArray info = R"({"made": {"file_name": "made.json", "ranking": true,
        "columns": {"prompt": "q", "query": "more", "chosen": "good", "rejected": "bad"},
        "tags": {"role_tag": "from", "content_tag": "value"}}})";
    put({"info/made.json", R"([{"q":"Q","more":"M","good":"A","bad":"B"}])"});
    QCOMPARE(rendered(loadDataset(put({"info/dataset_info.json", info}) + "#made").records.at(0)),
             "[user: Q + M] | assistant: A / assistant: B");
    RandomStream random(17);
    for (int round = 0; round < 300 && !QTest::currentTestFailed(); ++round) {
        requireReport(put({"info/dataset_info.json", damaged(info, random)}) + "#made");
    }
}

QTEST_GUILESS_MAIN(TestRoundTrips)
#include "tst_round_trips.moc"
