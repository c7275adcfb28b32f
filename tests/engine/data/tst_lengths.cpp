// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/lengths.h"

#include <QtTest>

using engine::data::LengthFacts;
using engine::data::lengthFacts;
using engine::data::LengthHistogram;
using engine::data::lengthHistogram;

class TestLengths : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void factsAreByNearestRank();
    void nothingHasNoFacts();
    void theLimitCounts();
    void everyLengthIsInOneBin_data();
    void everyLengthIsInOneBin();
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
    QCOMPARE(facts.p99, 99);
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

void TestLengths::everyLengthIsInOneBin_data()
{
    QTest::addColumn<qint64>("limit");
    QTest::addColumn<qint64>("width");
    QTest::addColumn<qint64>("beyond");
    QTest::newRow("no limit") << qint64{0} << qint64{4096} << qint64{0};
    QTest::newRow("2048") << qint64{2048} << qint64{64} << qint64{1};
    QTest::newRow("2000") << qint64{2000} << qint64{64} << qint64{1};
    QTest::newRow("16") << qint64{16} << qint64{1} << qint64{936};
    QTest::newRow("all fit") << qint64{400000} << qint64{8192} << qint64{0};
}

void TestLengths::everyLengthIsInOneBin()
{
    QFETCH(const qint64, limit);
    QFETCH(const qint64, width);
    QFETCH(const qint64, beyond);
    std::vector<int64_t> lengths = {262143};
    for (int64_t i = 1; i < 1000; ++i) {
        lengths.push_back(i);
    }
    const LengthHistogram histogram = lengthHistogram(lengths, limit);
    QCOMPARE(histogram.width, width);
    QCOMPARE(histogram.beyond, beyond);
    int64_t all = histogram.beyond;
    for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin) {
        const auto begin = static_cast<int64_t>(bin) * width;
        const auto inside = std::count_if(lengths.begin(), lengths.end(), [&](int64_t length) {
            return length >= begin && length < begin + width;
        });
        QCOMPARE(histogram.counts[bin], inside);
        all += inside;
    }
    QCOMPARE(all, 1000);
    QVERIFY(lengthHistogram({}, limit).counts.empty());
}

QTEST_GUILESS_MAIN(TestLengths)
#include "tst_lengths.moc"
