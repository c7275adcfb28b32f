// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/split.h"
#include "engine/device/failure.h"

#include <QtTest>

#include <algorithm>
#include <limits>

using engine::data::Split;
using engine::data::SplitBy;
using engine::data::splitIndices;

class TestSplit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sizes_data();
    void sizes();
    void theSeedDecides();
    void theLastValidateInOrder();
    void aBadFractionIsRefused_data();
    void aBadFractionIsRefused();
};

void TestSplit::sizes_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<double>("fraction");
    QTest::addColumn<int>("validating");
    QTest::newRow("nothing") << 0 << 0.5 << 0;
    QTest::newRow("one sample trains") << 1 << 0.5 << 0;
    QTest::newRow("no validation") << 100 << 0.0 << 0;
    QTest::newRow("at least one") << 3 << 0.05 << 1;
    QTest::newRow("at least one trains") << 2 << 0.99 << 1;
    QTest::newRow("a twentieth") << 1000 << 0.05 << 50;
}

void TestSplit::sizes()
{
    QFETCH(int, count);
    QFETCH(double, fraction);
    QFETCH(int, validating);
    const Split split = splitIndices(count, fraction, 42);
    QCOMPARE(static_cast<int>(split.validation.size()), validating);
    std::vector<int64_t> all = split.train;
    all.insert(all.end(), split.validation.begin(), split.validation.end());
    std::sort(all.begin(), all.end());
    QCOMPARE(static_cast<int>(all.size()), count);
    QVERIFY(std::unique(all.begin(), all.end()) == all.end());
}

void TestSplit::theSeedDecides()
{
    QCOMPARE(splitIndices(100, 0.1, 42).validation, splitIndices(100, 0.1, 42).validation);
    QVERIFY(splitIndices(100, 0.1, 42).validation != splitIndices(100, 0.1, 43).validation);
}

void TestSplit::theLastValidateInOrder()
{
    QCOMPARE(splitIndices(10, 0.2, 42, SplitBy::Order).validation, (std::vector<int64_t>{8, 9}));
}

void TestSplit::aBadFractionIsRefused_data()
{
    QTest::addColumn<double>("fraction");
    QTest::newRow("all") << 1.0;
    QTest::newRow("negative") << -0.1;
    QTest::newRow("not a number") << std::numeric_limits<double>::quiet_NaN();
}

void TestSplit::aBadFractionIsRefused()
{
    QFETCH(double, fraction);
    QVERIFY_EXCEPTION_THROWN(splitIndices(10, fraction, 42), engine::Failure);
}

QTEST_GUILESS_MAIN(TestSplit)
#include "tst_split.moc"
