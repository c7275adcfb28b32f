// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/table_dialect.h"

#include <QtTest>

using engine::data::DetectedTable;
using engine::data::detectTable;
using engine::data::TableDialect;
using engine::data::TableRecord;
using engine::data::takeRecord;

class TestTableDialect : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void dialectsAreDetected_data();
    void dialectsAreDetected();
    void recordsAreTaken_data();
    void recordsAreTaken();
    void anOpenQuoteIsLocated();
    void aRowOfManyCellsTakesNoTime();
};

void TestTableDialect::dialectsAreDetected_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isTabs");
    QTest::addColumn<QString>("expected"); // delimiter, quotes, columns
    const auto row = [](const char* name, const char* text, bool isTabs, const char* expected) {
        QTest::newRow(name) << QByteArray(text) << isTabs << expected;
    };
    row("commas", "a,b\n1,2\n", false, ", quotes a b");
    row("semicolons with commas", "a;b\nHi;Good day, world\n", false, "; quotes a b");
    row("tabs", "a\tb\n1\t2\n", false, "\t plain a b");
    row("bars", "a|b\n1|2\n3|4", false, "| quotes a b");
    row("stray quotes between tabs", "a\tb\n\"x\ty\"\n5\" pipe\tz\n", true, "\t plain a b");
    row("paired quotes between tabs", "a\tb\n\"x\ty\"\tz\n", true, "\t quotes a b");
    row("no header", "0.5,good film\n0.1,bad film\n", false, ", quotes column_1 column_2");
    row("pandas' index", ",text\n0,a\n1,b\n", false, ", quotes column_1 text");
    row("one column", "text\nfirst\nsecond\n", false, ", quotes text");
    row("embedded line ends", "a,b\n\"1\n2\",\"x, y\"\n3,4\n", false, ", quotes a b");
}

void TestTableDialect::dialectsAreDetected()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, isTabs);
    QFETCH(QString, expected);
    const TableDialect dialect = detectTable(text.toStdString(), true, isTabs).dialect;
    QString found = QString::fromStdString(dialect.delimiter);
    found += dialect.hasQuotes ? " quotes" : " plain";
    for (const std::string& column : dialect.columns) {
        found += ' ' + QString::fromStdString(column);
    }
    QCOMPARE(found, expected);
}

void TestTableDialect::recordsAreTaken_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("cells"); // joined by ⏐
    QTest::addColumn<int>("length");
    QTest::newRow("plain") << QByteArray("a,b\nc") << QStringLiteral("a⏐b") << 4;
    QTest::newRow("Windows line end") << QByteArray("a,b\r\nc") << QStringLiteral("a⏐b") << 5;
    QTest::newRow("quotes") << QByteArray("\"He said \"\"hi\"\"\",\"a,b\"\n")
                            << QStringLiteral("He said \"hi\"⏐a,b") << 23;
    QTest::newRow("line end inside")
        << QByteArray("\"a\r\nb\",c\r\n") << QStringLiteral("a\r\nb⏐c") << 10;
    QTest::newRow("empty cells") << QByteArray(",,\n") << QStringLiteral("⏐⏐") << 3;
    QTest::newRow("behind the quotes") << QByteArray("\"a\"b,c") << QStringLiteral("ab⏐c") << 6;
    QTest::newRow("quote inside") << QByteArray("5\" pipe,c") << QStringLiteral("5\" pipe⏐c") << 9;
}

void TestTableDialect::recordsAreTaken()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, cells);
    QFETCH(int, length);
    const TableRecord record = takeRecord(text.toStdString(), TableDialect(), true, true);
    QStringList found;
    for (const std::string& cell : record.cells) {
        found << QString::fromStdString(cell);
    }
    QCOMPARE(found.join(QStringLiteral("⏐")), cells);
    QCOMPARE(static_cast<int>(record.length), length);
    QCOMPARE(static_cast<int>(record.columns), found.size());
    QCOMPARE(record.hasStrayQuote, text.startsWith("\"a\"b"));
}

void TestTableDialect::anOpenQuoteIsLocated()
{
    const TableRecord record = takeRecord("ab,\"cd\nef", TableDialect(), true, false);
    QCOMPARE(record.length, std::size_t{0});
    QCOMPARE(record.openQuote, std::size_t{3});
}

// A search for the line's end from every cell took minutes.
void TestTableDialect::aRowOfManyCellsTakesNoTime()
{
    const std::string row = std::string(2'000'000, ',') + '\n';
    QElapsedTimer timer;
    timer.start();
    const TableRecord record = takeRecord(row, {}, true, false);
    QCOMPARE(record.length, row.size());
    QCOMPARE(record.columns, std::size_t(2'000'001));
    QVERIFY(timer.elapsed() < 10'000);
}

QTEST_GUILESS_MAIN(TestTableDialect)
#include "tst_table_dialect.moc"
