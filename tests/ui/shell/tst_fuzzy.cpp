// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/fuzzy.h"

#include <QTest>

using ui::shell::fuzzyMatch;

class TestFuzzy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lettersAreFoundInOrder_data();
    void lettersAreFoundInOrder();
    void theBetterTextScoresHigher_data();
    void theBetterTextScoresHigher();
};

void TestFuzzy::lettersAreFoundInOrder_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QList<int>>("positions");
    QTest::addColumn<bool>("found");
    const auto row = [](const char* name, const char* pattern, const char* text, QList<int> at) {
        QTest::newRow(name) << QString::fromUtf8(pattern) << QString::fromUtf8(text) << at << true;
    };
    const auto none = [](const char* name, const char* pattern, const char* text) {
        QTest::newRow(name) << QString::fromUtf8(pattern) << QString::fromUtf8(text) << QList<int>()
                            << false;
    };
    row("nothing typed", "", "Home", {});
    row("whole word", "home", "Home", {0, 1, 2, 3});
    row("initials", "nr", "New run", {0, 4});
    row("blanks are ignored", "n r", "New run", {0, 4});
    row("word start wins", "r", "New runner r", {4});
    row("after a hyphen", "kr", "kestrel-r16", {0, 8});
    row("Hangul whole", "설정", "설정", {0, 1});
    row("initial consonants", "ㅅㅈ", "설정", {0, 1});
    row("a syllable that is being typed", "서저", "설정", {0, 1});
    row("Hangul beside Latin", "r어", "LoRA 어댑터", {2, 5});
    none("a letter is missing", "hx", "Home");
    none("wrong order", "eh", "Home");
    none("longer than the text", "homes", "Home");
    none("another syllable", "솔", "설정");
}

void TestFuzzy::lettersAreFoundInOrder()
{
    QFETCH(QString, pattern);
    QFETCH(QString, text);
    QFETCH(QList<int>, positions);
    QFETCH(bool, found);
    const auto match = fuzzyMatch(pattern, text);
    QCOMPARE(match.has_value(), found);
    if (match) {
        QCOMPARE(match->positions, positions);
    }
}

void TestFuzzy::theBetterTextScoresHigher_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("better");
    QTest::addColumn<QString>("worse");
    QTest::newRow("start before middle") << "run"
                                         << "Runs"
                                         << "A prune";
    QTest::newRow("together before apart") << "exp"
                                           << "Export"
                                           << "Expand the sidebar x p";
    QTest::newRow("initials before letters within") << "ns"
                                                    << "New sample"
                                                    << "Transfer";
}

void TestFuzzy::theBetterTextScoresHigher()
{
    QFETCH(QString, pattern);
    QFETCH(QString, better);
    QFETCH(QString, worse);
    const auto high = fuzzyMatch(pattern, better);
    const auto low = fuzzyMatch(pattern, worse);
    QVERIFY(high && low);
    QVERIFY2(high->score >= low->score,
             qPrintable(QString("%1 < %2").arg(high->score).arg(low->score)));
}

QTEST_GUILESS_MAIN(TestFuzzy)
#include "tst_fuzzy.moc"
