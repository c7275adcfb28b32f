// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/plots/chart_test.h"
#include "ui/plots/size_chart.h"

#include <limits>

using namespace ui::plots;

class TestSizeChart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theAxisHoldsEverySizeWithRoom();
    void theCrosshairNamesTheRunAndItsSize();
    void whatIsNotKnownIsLeftOut();
    void theTableHoldsSizesAndValues();
    void itCanBeDrawn();
};

void TestSizeChart::theAxisHoldsEverySizeWithRoom()
{
    SizeChart chart;
    chart.setValues(
        {{QStringLiteral("large"), 1e6, 1.0, 0}, {QStringLiteral("small"), 100, 2.0, 1}});
    QVERIFY(chart.xRange().lower < 2 && chart.xRange().upper > 6);
    QVERIFY(chart.yRange().lower < 1 && chart.yRange().upper > 2);
}

void TestSizeChart::theCrosshairNamesTheRunAndItsSize()
{
    SizeChart chart;
    chart.setValues(
        {{QStringLiteral("large"), 1e6, 1.0, 0}, {QStringLiteral("small"), 100, 2.0, 1}});
    chart.setCrosshair(2.4); // nearer to 10^2
    QTRY_COMPARE(chart.crosshairSpoken(), QStringLiteral("100 trained parameters, small 2.000"));
    chart.moveCrosshair(1);
    QTRY_COMPARE(chart.crosshairSpoken(),
                 QStringLiteral("1,000,000 trained parameters, large 1.000"));
}

void TestSizeChart::whatIsNotKnownIsLeftOut()
{
    SizeChart chart;
    chart.setValues(
        {{QStringLiteral("no size"), 0, 1.0, 0},
         {QStringLiteral("no value"), 10, std::numeric_limits<double>::quiet_NaN(), 1}});
    QVERIFY(chart.table().rows.empty());
    chart.setCrosshair(3);
    QVERIFY(chart.crosshairSpoken().isEmpty());
}

void TestSizeChart::theTableHoldsSizesAndValues()
{
    SizeChart chart;
    chart.setValues({{QStringLiteral("b"), 1000, 1.5, 0}, {QStringLiteral("a"), 10, 2.5, 1}});
    const ChartTable table = chart.table();
    QCOMPARE(table.columns,
             (QStringList{QStringLiteral("parameters"), QStringLiteral("a"), QStringLiteral("b")}));
    QCOMPARE(table.rows.size(), size_t(2));
    QCOMPARE(table.rows[0][0], 10.0);
    QCOMPARE(table.rows[0][1], 2.5);
    QVERIFY(std::isnan(table.rows[0][2]));
    QCOMPARE(table.rows[1][2], 1.5);
}

void TestSizeChart::itCanBeDrawn()
{
    SizeChart chart;
    chart.resize(600, 300);
    chart.show();
    chart.setValues({{QStringLiteral("a run · LoRA r 16"), 24600, 1.3, 0},
                     {QStringLiteral("another · BitFit"), 1200, 1.5, 1}});
    const QColor first = ui::theme().series(0).color;
    QTRY_VERIFY([&] {
        const QImage image = chart.grab().toImage();
        int pixels = 0;
        for (int x = 0; x < image.width() / 2 + 200; ++x) {
            for (int y = 0; y < image.height(); ++y) {
                pixels += image.pixelColor(x, y) == first ? 1 : 0;
            }
        }
        return pixels > 30;
    }());
    QVERIFY(!chart.svg().isEmpty());
}

STUDIO_TEST_MAIN(TestSizeChart)
#include "tst_size_chart.moc"
