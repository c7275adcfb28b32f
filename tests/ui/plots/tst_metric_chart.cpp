// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Small charts: scale, limit and shared axis.
#include "tests/ui/plots/chart_test.h"
#include "ui/plots/metric_chart.h"

using namespace ui::plots;

namespace {

QString plain(double value)
{
    return QString::number(value);
}

} // namespace

class TestMetricChart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theLimitIsInView();
    void zeroStaysInView();
    void valuesAreScaledOnTheAxisOnly();
    void itSharesTheWholeRunsAxis();
    void pointsCanLieAtSomethingElseThanSteps();
    void anEmptyChartHasARange();
};

void TestMetricChart::theLimitIsInView()
{
    MetricChart chart(plain);
    chart.setCurve({{.step = 1, .value = 0.2}, {.step = 2, .value = 0.3}});
    QVERIFY(!chart.yRange().contains(1));
    chart.setLimit(1);
    QVERIFY(chart.yRange().contains(1));
}

void TestMetricChart::zeroStaysInView()
{
    MetricChart chart(plain);
    chart.setCurve({{.step = 1, .value = 100}, {.step = 2, .value = 101}});
    QVERIFY(!chart.yRange().contains(0));
    chart.setFromZero(true);
    QCOMPARE(chart.yRange().lower, 0.0);
    QVERIFY(chart.yRange().contains(101));
}

void TestMetricChart::valuesAreScaledOnTheAxisOnly()
{
    MetricChart chart(plain);
    chart.setCurve({{.step = 1, .value = 8000}});
    chart.setScale(1000);
    chart.appendCurve({{.step = 2, .value = 9000}});
    QVERIFY(chart.yRange().contains(8));
    QVERIFY(chart.yRange().upper < 20);
    QCOMPARE(chart.table().rows[1][3], 9000.0);
    chart.setCrosshair(2);
    QCOMPARE(chart.crosshairSpoken(), QStringLiteral("Step 2, 9000"));
}

void TestMetricChart::itSharesTheWholeRunsAxis()
{
    MetricChart chart(plain);
    chart.setCurve(chart_test::fallingLoss(100));
    chart.setTotalSteps(2000);
    QVERIFY(chart.xRange().contains(2000));
}

void TestMetricChart::pointsCanLieAtSomethingElseThanSteps()
{
    MetricChart chart(plain);
    chart.setTitle("Loss");
    chart.setPositionName("Rank %1", "rank");
    chart.setCurve({{.step = 1, .value = 3}, {.step = 2, .value = 2.5}});
    chart.setCrosshair(2);
    QCOMPARE(chart.crosshairSpoken(), QStringLiteral("Rank 2, 2.5"));
    QCOMPARE(chart.table().columns, (QStringList{"rank", "Loss"}));
    QCOMPARE(chart.table().rows[1][1], 2.5);
}

void TestMetricChart::anEmptyChartHasARange()
{
    MetricChart chart(plain);
    QCOMPARE(chart.xRange(), (Interval{0, 1}));
    QVERIFY(!chart.image().isNull());
}

STUDIO_TEST_MAIN(TestMetricChart)
#include "tst_metric_chart.moc"
