// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Who is best, and which settings differ.
#include "ui/pages/runs/compare_tables.h"

#include <QTest>

using namespace ui::pages::runs;
using app::runs::RunStatus;
using engine::contract::parseJson;

namespace {

app::runs::RunSeries seriesWith(double evalLoss)
{
    app::runs::RunSeries series;
    app::runs::EvalPoint eval;
    eval.step = 100;
    eval.loss = evalLoss;
    eval.perplexity = 3;
    eval.accuracy = 0.5;
    series.evals.push_back(eval);
    return series;
}

ComparedRun
run(const app::runs::RunSeries& series, double seconds, RunStatus status = RunStatus::Finished)
{
    ComparedRun run;
    run.info.status = status;
    run.info.seconds = seconds;
    run.series = &series;
    return run;
}

const ComparedRow& rowNamed(const QList<ComparedRow>& rows, const QString& name)
{
    const auto found = std::ranges::find(rows, name, &ComparedRow::name);
    if (found == rows.end()) {
        qFatal("no row %s", qPrintable(name));
    }
    return *found;
}

} // namespace

class TestCompareTables : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theLowestLossIsTheBest();
    void aRunThatGoesOnDoesNotWin();
    void aSingleRunHasNoBest();
    void aTieHasNoBest();
    void onlyDifferentSettingsAreListed();
    void absentSettingsDifferToo();
};

void TestCompareTables::theLowestLossIsTheBest()
{
    const auto worse = seriesWith(1.4);
    const auto better = seriesWith(1.3);
    const QList<ComparedRow> rows = metricRows({run(worse, 10), run(better, 20)});
    const ComparedRow& loss = rowNamed(rows, QStringLiteral("Best validation loss"));
    QVERIFY(!loss.cells[0].isBest);
    QVERIFY(loss.cells[1].isBest);
    QVERIFY(rowNamed(rows, QStringLiteral("Time")).cells[0].isBest);
    QVERIFY(!rowNamed(rows, QStringLiteral("at step")).cells[0].isBest);
}

void TestCompareTables::aRunThatGoesOnDoesNotWin()
{
    const auto first = seriesWith(1.4);
    const auto second = seriesWith(1.5);
    const auto early = seriesWith(1.2);
    const QList<ComparedRow> rows =
        metricRows({run(first, 30), run(second, 40), run(early, 5, RunStatus::Running)});
    const ComparedRow& time = rowNamed(rows, QStringLiteral("Time"));
    QVERIFY(time.cells[0].isBest);
    QVERIFY(!time.cells[2].isBest);
}

void TestCompareTables::aSingleRunHasNoBest()
{
    const auto series = seriesWith(1.4);
    for (const ComparedRow& row : metricRows({run(series, 10)})) {
        QVERIFY(!row.cells.first().isBest);
    }
}

void TestCompareTables::aTieHasNoBest()
{
    const auto one = seriesWith(1.4);
    const auto other = seriesWith(1.4);
    const QList<ComparedRow> rows = metricRows({run(one, 10), run(other, 20)});
    for (const ComparedCell& cell : rowNamed(rows, QStringLiteral("Best validation loss")).cells) {
        QVERIFY(!cell.isBest);
    }
    QVERIFY(rowNamed(rows, QStringLiteral("Time")).cells[0].isBest);
}

void TestCompareTables::onlyDifferentSettingsAreListed()
{
    ComparedRun baseline;
    baseline.job = parseJson(R"({"id":"a","method":{"rank":8},"training":{"seed":42}})").value();
    ComparedRun other;
    other.job = parseJson(R"({"id":"b","method":{"rank":16},"training":{"seed":42}})").value();
    int total = 0;
    const QList<ComparedRow> rows = settingRows({baseline, other}, total);
    QCOMPARE(total, 2);
    QCOMPARE(rows.size(), 1);
    QCOMPARE(rows.first().name, QStringLiteral("method.rank"));
    QVERIFY(!rows.first().cells[0].differs);
    QVERIFY(rows.first().cells[1].differs);
    QCOMPARE(rows.first().cells[1].text, QStringLiteral("16"));
}

void TestCompareTables::absentSettingsDifferToo()
{
    ComparedRun baseline;
    baseline.job = parseJson(R"({"method":{"rank":8}})").value();
    ComparedRun other;
    other.job = parseJson(R"({"method":{"rank":8,"alpha":16}})").value();
    int total = 0;
    const QList<ComparedRow> rows = settingRows({baseline, other}, total);
    QCOMPARE(rows.size(), 1);
    QCOMPARE(rows.first().cells[1].text, QStringLiteral("16"));
}

QTEST_APPLESS_MAIN(TestCompareTables)
#include "tst_compare_tables.moc"
