// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/lengths.h"

#include <QtTest>

using engine::data::LengthFacts;
using engine::data::lengthFacts;

class TestLengths : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void factsAreByNearestRank();
    void nothingHasNoFacts();
    void theLimitCounts();
};

void TestLengths::factsAreByNearestRank()
{
    std::vector<int64_t> lengths;
    for (int64_t i = 100; i >= 1; --i) {
        lengths.push_back(i);
    }
    const LengthFacts facts = lengthFacts(lengths, 0);
    QCOMPARE(facts.count, 100);
    QCOMPARE(facts.total, 5050);
    QCOMPARE(facts.minimum, 1);
    QCOMPARE(facts.median, 50);
    QCOMPARE(facts.p95, 95);
    QCOMPARE(facts.maximum, 100);
    QCOMPARE(facts.overLimit, 0);
}

void TestLengths::nothingHasNoFacts()
{
    QCOMPARE(lengthFacts({}, 5).count, 0);
}

void TestLengths::theLimitCounts()
{
    const LengthFacts facts = lengthFacts({7, 5, 9}, 5);
    QCOMPARE(facts.overLimit, 2);
    QCOMPARE(facts.tokensOverLimit, 6);
}

QTEST_GUILESS_MAIN(TestLengths)
#include "tst_lengths.moc"
