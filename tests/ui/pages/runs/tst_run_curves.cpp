// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// From the recorded journal of a real run to curves and markers.
#include "ui/pages/runs/run_curves.h"

#include "app/runs/journal_reader.h"
#include "tests/app/runs/run_folders.h"

#include <QTest>

#include <cmath>

using namespace ui::pages::runs;
using ui::plots::Marker;

namespace {

app::runs::RunSeries recorded()
{
    app::runs::JournalReader reader;
    for (const QByteArray& line :
         run_folders::recording(QStringLiteral("finished.jsonl")).split('\n')) {
        reader.addLine(std::string_view(line.constData(), static_cast<std::size_t>(line.size())));
    }
    return reader.series();
}

} // namespace

class TestRunCurves : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyStepBecomesAPoint();
    void aTailStartsWhereItIsAskedTo();
    void validationIsTheEvaluations();
    void markersKnowWhereTheRunWas();
    void anEpochIsCountedInSteps();
    void nothingGivesNothing();
};

void TestRunCurves::everyStepBecomesAPoint()
{
    const app::runs::RunSeries series = recorded();
    const ui::plots::Curve curve = curveOf(series, Quantity::Loss);
    QCOMPARE(curve.size(), series.size());
    QCOMPARE(curve.back().step, 12.0);
    QVERIFY(curve.back().value > 3 && curve.back().value < 7);
    QVERIFY(curve.back().tokens > curve.front().tokens);
    QVERIFY(curveOf(series, Quantity::Memory).back().value > 1e6);
}

void TestRunCurves::aTailStartsWhereItIsAskedTo()
{
    const app::runs::RunSeries series = recorded();
    const ui::plots::Curve tail = curveOf(series, Quantity::LearningRate, series.size() - 3);
    QCOMPARE(tail.size(), std::size_t(3));
    QCOMPARE(tail.front().step, static_cast<double>(series.steps[series.size() - 3]));
    QVERIFY(curveOf(series, Quantity::Loss, series.size() + 5).empty());
}

void TestRunCurves::validationIsTheEvaluations()
{
    const ui::plots::Curve curve = validationCurve(recorded());
    QCOMPARE(curve.size(), std::size_t(3));
    QCOMPARE(curve.front().step, 4.0);
    QVERIFY(std::abs(curve.front().value - 4.8737) < 1e-3);
}

void TestRunCurves::markersKnowWhereTheRunWas()
{
    const app::runs::RunSeries series = recorded();
    int checkpoints = 0;
    int samples = 0;
    for (const Marker& marker : markersOf(series)) {
        checkpoints += marker.kind == Marker::Kind::Checkpoint ? 1 : 0;
        samples += marker.kind == Marker::Kind::Sample ? 1 : 0;
        QVERIFY(marker.tokens > 0);
        QVERIFY(marker.seconds > 0);
    }
    QCOMPARE(checkpoints, 3);
    QCOMPARE(samples, 3);
}

void TestRunCurves::anEpochIsCountedInSteps()
{
    QVERIFY(std::abs(stepsPerEpoch(recorded()) - 81) < 0.5);
}

void TestRunCurves::nothingGivesNothing()
{
    QVERIFY(curveOf({}, Quantity::Loss).empty());
    QVERIFY(markersOf({}).empty());
    QCOMPARE(stepsPerEpoch({}), 0.0);
}

QTEST_APPLESS_MAIN(TestRunCurves)
#include "tst_run_curves.moc"
