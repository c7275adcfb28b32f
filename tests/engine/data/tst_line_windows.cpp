// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "data_test.h"
#include "engine/data/line_windows.h"

#include <QtTest>

using namespace data_test;
using engine::data::LineWindows;

class TestLineWindows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void windowsAreWholeLines_data();
    void windowsAreWholeLines();
    void aLineLongerThanTheWindowIsOneWindow();
    void anEmptyFileHasNone();
    void aFolderIsRefused();

private:
    QTemporaryDir m_folder;
};

void TestLineWindows::windowsAreWholeLines_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("ends with a line end") << QByteArray("one\ntwo\n\nthree four five six\n7\n");
    QTest::newRow("ends without") << QByteArray("one\ntwo\n\nthree four five six\n7");
    QTest::newRow("line ends only") << QByteArray(40, '\n');
    QTest::newRow("no line end") << QByteArray(40, 'x');
}

void TestLineWindows::windowsAreWholeLines()
{
    QFETCH(QByteArray, text);
    const std::string path = write(m_folder, "lines", text);
    std::size_t longest = 0;
    for (const QByteArray& line : text.split('\n')) {
        longest = std::max(longest, static_cast<std::size_t>(line.size()) + 1);
    }
    for (std::size_t size = 1; size < 50; ++size) {
        LineWindows windows(path, size);
        QCOMPARE(windows.fileBytes(), static_cast<uint64_t>(text.size()));
        std::string all;
        for (std::string_view window = windows.next(); !window.empty(); window = windows.next()) {
            all += window;
            QVERIFY(window.size() <= size || size < longest);
            QVERIFY(window.ends_with('\n') || all.size() == static_cast<std::size_t>(text.size()));
        }
        QVERIFY(windows.isAtEnd());
        QCOMPARE(all, text.toStdString());
        QCOMPARE(windows.sha256(), engine::device::sha256Hex(text.toStdString()));
    }
}

void TestLineWindows::aLineLongerThanTheWindowIsOneWindow()
{
    const std::string line = std::string(1000, 'x') + "\n";
    LineWindows windows(write(m_folder, "long", QByteArray::fromStdString("a\n" + line + "b\n")),
                        16);
    QCOMPARE(windows.next(), std::string_view("a\n"));
    QVERIFY(!windows.isAtEnd());
    QVERIFY(windows.next().starts_with(line));
}

void TestLineWindows::anEmptyFileHasNone()
{
    LineWindows windows(write(m_folder, "empty", {}), 16);
    QVERIFY(windows.next().empty());
    QVERIFY(windows.isAtEnd());
}

void TestLineWindows::aFolderIsRefused()
{
    const engine::Error error = errorOf([this] { LineWindows(m_folder.path().toStdString(), 16); });
    QCOMPARE(error.code, std::string(engine::code::kUnreadable));
}

QTEST_GUILESS_MAIN(TestLineWindows)
#include "tst_line_windows.moc"
