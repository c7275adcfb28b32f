// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Loss against rank: which evaluation is shown, and that other runs have no such chart.
#include "ui/pages/runs/rank_chart.h"

#include "tests/support/studio_test.h"
#include "ui/plots/metric_chart.h"

using namespace ui::pages::runs;
using app::runs::RunSeries;

class TestRankChart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theNewestEvaluationIsShown();
    void otherRunsHaveNone();
};

void TestRankChart::theNewestEvaluationIsShown()
{
    RunSeries series;
    series.evals.resize(2);
    series.evals[0].lossByRank = {4, 3, 2};
    series.evals[1].lossByRank = {3.5, 2.5};
    RankChart chart;
    chart.show(series);
    QVERIFY(!chart.isHidden());
    const auto rows = chart.chart().table().rows;
    QCOMPARE(rows.size(), std::size_t{2});
    QCOMPARE(rows[0][0], 1.0);
    QCOMPARE(rows[0][1], 3.5);
    QCOMPARE(rows[1][0], 2.0);
    QCOMPARE(rows[1][1], 2.5);
}

void TestRankChart::otherRunsHaveNone()
{
    RunSeries series;
    RankChart chart;
    chart.show(series);
    QVERIFY(chart.isHidden());
    series.evals.resize(1);
    series.evals[0].lossByRank = {4, 3};
    chart.show(series);
    QVERIFY(!chart.isHidden());
    series.evals.emplace_back();
    chart.show(series);
    QVERIFY(chart.isHidden());
    QVERIFY(chart.chart().table().rows.empty());
}

STUDIO_TEST_MAIN(TestRankChart)
#include "tst_rank_chart.moc"
