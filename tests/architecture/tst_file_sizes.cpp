// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/architecture/file_rules.h"
#include "tests/architecture/source_tree.h"

#include <QTest>

using namespace architecture;

namespace {

// None so far. An entry is a path and stands for a table or generated source.
const Exemptions kExempt = {};

std::string linesOfText(long count)
{
    std::string text;
    for (long line = 0; line < count; ++line) {
        text += "x\n";
    }
    return text;
}

} // namespace

class TestFileSizes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sourceIsShortEnough_data();
    void sourceIsShortEnough();
    void plantedFileIsJudged_data();
    void plantedFileIsJudged();
};

void TestFileSizes::sourceIsShortEnough_data()
{
    QTest::addColumn<QString>("violation");
    for (const SourceFile& file : sourceFiles(LORA_SOURCE_DIR)) {
        QTest::newRow(file.path.c_str())
            << QString::fromStdString(sizeViolation(file.path, file.text, kExempt));
    }
}

void TestFileSizes::sourceIsShortEnough()
{
    QFETCH(QString, violation);
    QVERIFY2(violation.isEmpty(), qPrintable(violation));
}

void TestFileSizes::plantedFileIsJudged_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("lines");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("as long as allowed") << "engine/nn/block.cpp" << 600 << true;
    QTest::newRow("one line too long") << "engine/nn/block.cpp" << 601 << false;
    QTest::newRow("long but exempt") << "engine/text/table.cpp" << 601 << true;
    QTest::newRow("window as long as allowed") << "ui/shell/main_window.cpp" << 250 << true;
    QTest::newRow("window that grew") << "ui/shell/main_window.cpp" << 251 << false;
    QTest::newRow("continues a class") << "engine/nn/block_more.cpp" << 10 << false;
    QTest::newRow("numbered part") << "engine/nn/block_part2.cpp" << 10 << false;
    QTest::newRow("a number that means something") << "engine/nn/int8.cpp" << 10 << true;
}

void TestFileSizes::plantedFileIsJudged()
{
    QFETCH(QString, path);
    QFETCH(int, lines);
    QFETCH(bool, allowed);
    const Exemptions exempt = {"engine/text/table.cpp"};
    QCOMPARE(sizeViolation(path.toStdString(), linesOfText(lines), exempt).empty(), allowed);
}

QTEST_GUILESS_MAIN(TestFileSizes)
#include "tst_file_sizes.moc"
