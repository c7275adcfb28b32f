// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/data/token_layout.h"

#include <QTest>

using namespace ui::pages::data;

namespace {

TokenSample sampleOf(const QStringList& texts)
{
    TokenSample sample;
    sample.row = 1;
    for (const QString& text : texts) {
        sample.tokens.push_back({0, text, text});
    }
    sample.spans = {{QString(), 0, int(texts.size())}};
    return sample;
}

TokenLayout laidOut(const std::vector<TokenSample>& samples, double width)
{
    TokenLayout layout;
    TokenLayout::Metrics lengths;
    lengths.width = width;
    layout.reset(samples, QFontMetricsF(QFont()), lengths);
    while (layout.advance(3)) {
    }
    return layout;
}

} // namespace

class TestTokenLayout : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTokenHasOneCellInsideTheWidth();
    void lineFeedEndsItsLine();
    void turnsBeginLinesOfTheirOwn();
    void samplesAreSetApart();
    void pointsFindTheirCells();
    void onlyLinesInViewAreNamed();
};

void TestTokenLayout::everyTokenHasOneCellInsideTheWidth()
{
    QStringList texts;
    for (int i = 0; i < 500; ++i) {
        texts.append(QString("word%1").arg(i % 37));
    }
    texts.append(QString(5000, 'w'));
    const std::vector<TokenSample> samples = {sampleOf(texts)};
    const TokenLayout layout = laidOut(samples, 300);
    QCOMPARE(layout.cells().size(), std::size_t(texts.size()));
    for (std::size_t i = 0; i < layout.cells().size(); ++i) {
        QCOMPARE(layout.cells()[i].at.token, int(i));
        QVERIFY(layout.cells()[i].x + layout.cells()[i].width <= 300.5);
    }
    for (std::size_t i = 1; i < layout.lines().size(); ++i) {
        QVERIFY(layout.lines()[i].y > layout.lines()[i - 1].y);
    }
}

void TestTokenLayout::lineFeedEndsItsLine()
{
    const std::vector<TokenSample> samples = {sampleOf({"a", "\n", "b"})};
    const TokenLayout layout = laidOut(samples, 300);
    QCOMPARE(layout.lines().size(), std::size_t(2));
    QCOMPARE(layout.lines()[1].firstCell, 2);
}

void TestTokenLayout::turnsBeginLinesOfTheirOwn()
{
    TokenSample sample = sampleOf({"a", "b", "c"});
    sample.spans = {{"user", 0, 2}, {"assistant", 2, 1}};
    const std::vector<TokenSample> samples = {sample};
    const TokenLayout layout = laidOut(samples, 300);
    QCOMPARE(layout.lines().size(), std::size_t(2));
    QCOMPARE(layout.lines()[0].role, QString("user"));
    QCOMPARE(layout.lines()[1].role, QString("assistant"));
    QCOMPARE(layout.lines()[1].firstCell, 2);
}

void TestTokenLayout::samplesAreSetApart()
{
    const std::vector<TokenSample> samples = {sampleOf({"a"}), sampleOf({}), sampleOf({"b"})};
    const TokenLayout layout = laidOut(samples, 300);
    QCOMPARE(layout.lines().size(), std::size_t(3));
    QCOMPARE(layout.lines()[1].boundaryBefore, 2);
    QCOMPARE(layout.lastCellOf(1), layout.lines()[1].firstCell);
    QVERIFY(layout.lines()[2].y - layout.lines()[0].y > 44);
}

void TestTokenLayout::pointsFindTheirCells()
{
    const std::vector<TokenSample> samples = {sampleOf({"one", "two", "\n", "three"})};
    const TokenLayout layout = laidOut(samples, 300);
    for (int cell = 0; cell < 4; ++cell) {
        const QRectF rect = layout.cellRect(layout.lineOfCell(cell), cell);
        QCOMPARE(layout.cellAt(rect.center()), cell);
        QCOMPARE(layout.cellOf(layout.cells()[std::size_t(cell)].at), cell);
    }
    QCOMPARE(layout.cellAt({299, 5}), -1);
    QCOMPARE(layout.cellAt({5, 5000}), -1);
    QCOMPARE(layout.cellOf({7, 0}), -1);
}

void TestTokenLayout::onlyLinesInViewAreNamed()
{
    QStringList texts;
    for (int i = 0; i < 1000; ++i) {
        texts.append("\n");
    }
    const std::vector<TokenSample> samples = {sampleOf(texts)};
    const TokenLayout layout = laidOut(samples, 300);
    const auto [first, last] = layout.linesIn(2800, 280);
    QVERIFY(first <= 100 && first >= 97);
    QVERIFY(last >= 110 && last <= 112);
}

QTEST_MAIN(TestTokenLayout)
#include "tst_token_layout.moc"
