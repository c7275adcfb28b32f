// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The numbers of the moving average, worked out by hand.
#include "ui/plots/smoothing.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace ui::plots;

class TestSmoothing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFirstValueIsItself();
    void laterValuesFollowTheFormula();
    void aConstantStaysAConstant();
    void valuesThatAreNotFiniteAreSkipped();
    void withoutWeightValuesComeBack();
    void theSliderSpansOneToAThousandValues();
};

void TestSmoothing::theFirstValueIsItself()
{
    ExponentialAverage average(0.9);
    QCOMPARE(average.add(2.5), 2.5);
}

void TestSmoothing::laterValuesFollowTheFormula()
{
    ExponentialAverage average(0.5);
    QCOMPARE(average.add(4), 4.0);
    QCOMPARE(average.add(1), 2.0); // (0.25·4 + 0.5·1) / 0.75
    QCOMPARE(average.add(9), 6.0); // (0.125·4 + 0.25·1 + 0.5·9) / 0.875
}

void TestSmoothing::aConstantStaysAConstant()
{
    ExponentialAverage average(0.999);
    for (int count = 0; count < 5000; ++count) {
        QVERIFY(std::abs(average.add(1.25) - 1.25) < 1e-9);
    }
}

void TestSmoothing::valuesThatAreNotFiniteAreSkipped()
{
    ExponentialAverage average(0.5);
    QVERIFY(std::isnan(average.add(std::numeric_limits<double>::quiet_NaN())));
    QCOMPARE(average.add(4), 4.0);
    QCOMPARE(average.add(std::numeric_limits<double>::infinity()), 4.0);
    QCOMPARE(average.add(1), 2.0);
}

void TestSmoothing::withoutWeightValuesComeBack()
{
    ExponentialAverage average(smoothingWeight(0));
    QCOMPARE(average.add(4), 4.0);
    QCOMPARE(average.add(1), 1.0);
}

void TestSmoothing::theSliderSpansOneToAThousandValues()
{
    QCOMPARE(smoothingWeight(0), 0.0);
    QCOMPARE(smoothingWeight(1.0 / 3), 0.9);
    QCOMPARE(smoothingWeight(1), 0.999);
    QCOMPARE(smoothingWeight(7), 0.999);
}

QTEST_APPLESS_MAIN(TestSmoothing)
#include "tst_smoothing.moc"
