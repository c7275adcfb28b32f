// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "data_test.h"
#include "engine/data/row_pages.h"

#include <QtTest>

using namespace data_test;
using engine::data::Dataset;
using engine::data::loadDataset;
using engine::data::LoadSettings;
using engine::data::RowPages;

class TestRowPages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pagesAreThoseOfTheWholeFile_data();
    void pagesAreThoseOfTheWholeFile();
    void onlyThePageIsRead();
    void aChangedFileIsReadAnew();

private:
    QTemporaryDir m_folder;
};

namespace {

QByteArray lines(int count)
{
    QByteArray text;
    for (int i = 0; i < count; ++i) {
        text += i % 7 == 3
                    ? QByteArray("{}\n\n")
                    : "{\"prompt\":\"안" + QByteArray::number(i) + "\",\"completion\":\"A\"}\n";
    }
    return text;
}

QByteArray table(int count)
{
    QByteArray text = "prompt,completion\r\n";
    for (int i = 0; i < count; ++i) {
        text += "\"a\n" + QByteArray::number(i) + "\",\"b, c\"\r\n";
    }
    return text;
}

LoadSettings page(int64_t first, int64_t rows)
{
    LoadSettings settings;
    settings.firstKept = first;
    settings.mostKept = rows;
    return settings;
}

std::string all(const Dataset& dataset)
{
    std::string text = dataset.sha256 + " " + std::to_string(dataset.good) + " "
                       + std::to_string(dataset.rows) + " "
                       + std::to_string(dataset.dropped.size());
    for (const engine::data::Record& record : dataset.records) {
        text += "\n" + std::to_string(record.line) + " " + record.sha256 + " " + rendered(record);
    }
    return text;
}

} // namespace

void TestRowPages::pagesAreThoseOfTheWholeFile_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("lines") << "a.jsonl" << lines(2000);
    QTest::newRow("lines with a mark") << "a.jsonl"
                                       << "\xEF\xBB\xBF" + lines(2000);
    QTest::newRow("table") << "a.csv" << table(2000);
    QTest::newRow("list") << "a.json"
                          << "[" + QByteArray("{\"text\":\"a\"},").repeated(900)
                                 + "{\"text\":\"b\"}]";
    QTest::newRow("few") << "a.jsonl" << lines(3);
}

void TestRowPages::pagesAreThoseOfTheWholeFile()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    const std::string path = write(m_folder, qPrintable(name), bytes);
    RowPages pages;
    for (const int64_t first : {0, 700, 255, 256, 257, 1600, 5000, 1}) {
        for (const int64_t rows : {40, 0, 300}) {
            const LoadSettings settings = page(first, rows);
            QCOMPARE(all(pages.load(path, settings)), all(loadDataset(path, settings)));
        }
    }
}

// What stands before the page may be gone: the file is not looked at there.
void TestRowPages::onlyThePageIsRead()
{
    const std::string path = write(m_folder, "b.jsonl", lines(2000));
    RowPages pages;
    pages.load(path, page(0, 10));
    const std::string expected = all(loadDataset(path, page(1500, 20)));
    int rows = 0;
    LoadSettings settings = page(1500, 20);
    settings.progress = [&rows](const engine::data::ReadProgress&) { return ++rows > 0; };
    QCOMPARE(all(pages.load(path, settings)), expected);
    QCOMPARE(rows, 0);
}

void TestRowPages::aChangedFileIsReadAnew()
{
    const std::string path = write(m_folder, "c.jsonl", lines(600));
    RowPages pages;
    pages.load(path, page(0, 10));
    write(m_folder, "c.jsonl", lines(300));
    QCOMPARE(all(pages.load(path, page(0, 10))), all(loadDataset(path, page(0, 10))));
}

QTEST_GUILESS_MAIN(TestRowPages)
#include "tst_row_pages.moc"
