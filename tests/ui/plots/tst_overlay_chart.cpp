// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Runs over one another: what the crosshair says, what the table holds, what is drawn.
#include "tests/ui/plots/chart_test.h"
#include "ui/plots/overlay_chart.h"

using namespace ui::plots;

class TestOverlayChart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theCrosshairListsValuesFromTheTop();
    void aLineThatHasEndedSaysNothingLater();
    void changingTheRunsKeepsTheZoom();
    void theTableJoinsBySteps();
    void clocksThatStartOverStillRise();
    void labelsGetRoomOnTheRight();
};

void TestOverlayChart::theCrosshairListsValuesFromTheTop()
{
    OverlayChart chart;
    chart.setCurves({{.id = {}, .name = QStringLiteral("low"), .curve = {{.step = 10, .value = 1}}},
                     {.id = {},
                      .name = QStringLiteral("high"),
                      .curve = {{.step = 8, .value = 2}, {.step = 12, .value = 3}}}});
    chart.setCrosshair(9);
    QCOMPARE(chart.crosshair(), std::optional(8.0));
    chart.setCurves({{.id = {},
                      .name = QStringLiteral("low"),
                      .curve = {{.step = 8, .value = 1}, {.step = 10, .value = 1}}},
                     {.id = {},
                      .name = QStringLiteral("high"),
                      .curve = {{.step = 8, .value = 2}, {.step = 12, .value = 3}}}});
    QTRY_COMPARE(chart.crosshairSpoken(), QStringLiteral("Step 8, high 2.000, low 1.000"));
}

void TestOverlayChart::aLineThatHasEndedSaysNothingLater()
{
    OverlayChart chart;
    chart.setCurves(
        {{.id = {}, .name = QStringLiteral("short"), .curve = {{.step = 5, .value = 1}}},
         {.id = {},
          .name = QStringLiteral("long"),
          .curve = {{.step = 5, .value = 2}, {.step = 50, .value = 2}}}});
    chart.setCrosshair(50);
    QCOMPARE(chart.crosshairSpoken(), QStringLiteral("Step 50, long 2.000"));
}

void TestOverlayChart::changingTheRunsKeepsTheZoom()
{
    OverlayChart chart;
    chart.setCurves({{.id = {}, .name = {}, .curve = chart_test::fallingLoss(1000)}});
    chart.setXRange({100, 200});
    chart.setCurves({{.id = {}, .name = {}, .curve = chart_test::fallingLoss(1000)},
                     {.id = {}, .name = {}, .curve = chart_test::fallingLoss(500), .series = 1}});
    QCOMPARE(chart.xRange(), (Interval{100, 200}));
}

void TestOverlayChart::theTableJoinsBySteps()
{
    OverlayChart chart;
    chart.setCurves({{.id = {},
                      .name = QStringLiteral("a"),
                      .curve = {{.step = 1, .value = 3}, {.step = 3, .value = 1}}},
                     {.id = {},
                      .name = QStringLiteral("b"),
                      .curve = {{.step = 2, .value = 5}, {.step = 3, .value = 4}}}});
    const ChartTable table = chart.table();
    QCOMPARE(table.columns.size(), 7);
    QCOMPARE(table.rows.size(), size_t(3));
    QVERIFY(std::isnan(table.rows[0][6]));
    QCOMPARE(table.rows[1][6], 5.0);
    QCOMPARE(table.rows[2][3], 1.0);
    QCOMPARE(table.rows[2][6], 4.0);
}

void TestOverlayChart::clocksThatStartOverStillRise()
{
    OverlayChart chart;
    chart.setCurves({{.id = {},
                      .name = QStringLiteral("continued"),
                      .curve = {{.step = 1, .seconds = 50, .value = 3},
                                {.step = 2, .seconds = 5, .value = 2},
                                {.step = 3, .seconds = 60, .value = 1}}}});
    chart.setXUnit(XUnit::Time);
    QVERIFY(chart.xRange().contains(60));
    QVERIFY(!chart.image().isNull());
}

void TestOverlayChart::labelsGetRoomOnTheRight()
{
    const QString name = QStringLiteral("a run with a long name");
    OverlayChart chart;
    chart.resize(700, 300);
    chart.show();
    chart.setCurves({{.id = {},
                      .name = name,
                      .curve = {{.step = 1, .value = 1}, {.step = 100, .value = 0.5}}}});
    QTRY_VERIFY([&chart] {
        // The line ends left of the column of labels: its swatch stands further right.
        const QImage image = chart.grab().toImage();
        const QColor line = ui::theme().series(0).color;
        int last = 0;
        for (int x = 0; x < image.width(); ++x) {
            int here = 0;
            for (int y = 0; y < image.height(); ++y) {
                here += image.pixelColor(x, y) == line ? 1 : 0;
            }
            last = here >= 8 ? x : last;
        }
        return last > 400 && last < image.width() - 100;
    }());
}

STUDIO_TEST_MAIN(TestOverlayChart)
#include "tst_overlay_chart.moc"
