// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a resumed run repeats replaces what was there.
#include "ui/plots/curve.h"

#include <QTest>

using namespace ui::plots;

class TestCurve : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void furtherPointsAreAppended();
    void repeatedStepsReplaceEverythingFromThereOn();
    void nothingChangesNothing();
};

void TestCurve::furtherPointsAreAppended()
{
    Curve curve = {{.step = 1, .value = 3}, {.step = 2, .value = 2}};
    appendPoints(curve, {{.step = 3, .value = 1}});
    QCOMPARE(curve.size(), size_t(3));
    QCOMPARE(curve.back().value, 1.0);
}

void TestCurve::repeatedStepsReplaceEverythingFromThereOn()
{
    Curve curve;
    for (int step = 1; step <= 10; ++step) {
        curve.push_back({.step = double(step), .value = 1});
    }
    appendPoints(curve, {{.step = 6, .value = 2}, {.step = 7, .value = 2}});
    QCOMPARE(curve.size(), size_t(7));
    QCOMPARE(curve[4].value, 1.0);
    QCOMPARE(curve[5].value, 2.0);
    QCOMPARE(curve.back().step, 7.0);
}

void TestCurve::nothingChangesNothing()
{
    Curve curve = {{.step = 1, .value = 3}};
    appendPoints(curve, {});
    QCOMPARE(curve.size(), size_t(1));
}

QTEST_APPLESS_MAIN(TestCurve)
#include "tst_curve.moc"
