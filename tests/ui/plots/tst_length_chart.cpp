// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/plots/chart_test.h"
#include "ui/plots/length_chart.h"

using namespace ui::plots;

class TestLengthChart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyBarAndANearLimitHaveRoom();
    void theCrosshairSaysLengthsAndRows();
    void theTableHoldsEveryBar();
    void barsBeyondTheLimitArePaler();
};

void TestLengthChart::everyBarAndANearLimitHaveRoom()
{
    LengthChart chart;
    chart.setCounts(16, {3, 10, 4});
    QVERIFY(chart.xRange().upper >= 48 && chart.xRange().upper < 64);
    QVERIFY(chart.yRange().upper > 10);
    chart.setLimit(64);
    QVERIFY(chart.xRange().upper >= 64);
    chart.setLimit(4096); // far beyond: the bars keep their room
    QVERIFY(chart.xRange().upper < 64);
}

void TestLengthChart::theCrosshairSaysLengthsAndRows()
{
    LengthChart chart;
    chart.setCounts(16, {3, 10, 1234});
    chart.setCrosshair(20);
    QCOMPARE(chart.crosshairSpoken(), QStringLiteral("16–31 tokens, Rows 10"));
    chart.moveCrosshair(1);
    QCOMPARE(chart.crosshairSpoken(), QStringLiteral("32–47 tokens, Rows 1,234"));
    chart.moveCrosshair(1); // the last
    QCOMPARE(chart.crosshairSpoken(), QStringLiteral("32–47 tokens, Rows 1,234"));
}

void TestLengthChart::theTableHoldsEveryBar()
{
    LengthChart chart;
    chart.setCounts(8, {1, 0, 5});
    const ChartTable table = chart.table();
    QCOMPARE(table.rows.size(), size_t(3));
    QCOMPARE(table.rows[2][0], 16.0);
    QCOMPARE(table.rows[2][1], 5.0);
}

void TestLengthChart::barsBeyondTheLimitArePaler()
{
    LengthChart chart;
    chart.resize(400, 240);
    chart.show();
    chart.setCounts(10, {50, 50, 50, 50});
    const QColor full = ui::theme().series(0).color;
    const auto fullPixels = [&] {
        const QImage image = chart.grab().toImage();
        int pixels = 0;
        for (int x = 0; x < image.width(); ++x) {
            for (int y = 0; y < image.height(); ++y) {
                pixels += image.pixelColor(x, y) == full ? 1 : 0;
            }
        }
        return pixels;
    };
    QTRY_VERIFY(fullPixels() > 10000);
    const int all = fullPixels();
    chart.setLimit(20);
    QTRY_VERIFY(fullPixels() < all * 6 / 10 && fullPixels() > all * 3 / 10);
}

STUDIO_TEST_MAIN(TestLengthChart)
#include "tst_length_chart.moc"
