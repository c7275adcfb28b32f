// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Zooming and panning keep what they promise.
#include "ui/plots/interval.h"

#include <QTest>

using namespace ui::plots;

class TestInterval : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void zoomingKeepsTheAnchorInPlace();
    void zoomingInLogarithmsKeepsTheAnchorInPlace();
    void panningMovesByShares();
    void aRangeIsMovedInsideItsLimits();
    void aRangeWithoutSizeGetsRoom();
};

void TestInterval::zoomingKeepsTheAnchorInPlace()
{
    const Interval closer = zoomed({0, 100}, 2, 25);
    QCOMPARE(closer, (Interval{12.5, 62.5}));
    QCOMPARE((25 - closer.lower) / closer.size(), 0.25);
    QCOMPARE(zoomed(closer, 0.5, 25), (Interval{0, 100}));
}

void TestInterval::zoomingInLogarithmsKeepsTheAnchorInPlace()
{
    const Interval closer = zoomed({1, 10'000}, 2, 100, true);
    QCOMPARE(closer.lower, 10.0);
    QCOMPARE(closer.upper, 1000.0);
}

void TestInterval::panningMovesByShares()
{
    QCOMPARE(panned({10, 20}, 0.5), (Interval{15, 25}));
    QCOMPARE(panned({1, 100}, -0.5, true).upper, 10.0);
}

void TestInterval::aRangeIsMovedInsideItsLimits()
{
    QCOMPARE(keptInside({-5, 5}, {0, 100}), (Interval{0, 10}));
    QCOMPARE(keptInside({95, 105}, {0, 100}), (Interval{90, 100}));
    QCOMPARE(keptInside({-5, 500}, {0, 100}), (Interval{0, 100}));
    QCOMPARE(keptInside({20, 30}, {0, 100}), (Interval{20, 30}));
}

void TestInterval::aRangeWithoutSizeGetsRoom()
{
    QCOMPARE(padded({4, 4}, 0.1), (Interval{2, 6}));
    QCOMPARE(padded({0, 0}, 0.1), (Interval{-1, 1}));
    QCOMPARE(padded({0, 10}, 0.1), (Interval{-1, 11}));
    QVERIFY(padded({4, 4}, 0.1, true).lower > 0);
}

QTEST_APPLESS_MAIN(TestInterval)
#include "tst_interval.moc"
