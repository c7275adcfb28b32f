// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/mixing.h"

#include <QtTest>

#include <algorithm>

using engine::data::weightedIndices;

class TestMixing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachIsThereAsOftenAsTheWeightSays();
    void fractionsAreDrawnFromTheSeed();
    void nothingAndLittle();
};

void TestMixing::eachIsThereAsOftenAsTheWeightSays()
{
    QCOMPARE(weightedIndices(3, 1, 5), (std::vector<int64_t>{0, 1, 2}));
    QCOMPARE(weightedIndices(2, 3, 5), (std::vector<int64_t>{0, 0, 0, 1, 1, 1}));
    const std::vector<int64_t> indices = weightedIndices(100, 2.25, 5);
    QCOMPARE(indices.size(), std::size_t{225});
    for (int64_t index = 0; index < 100; ++index) {
        const auto times = std::count(indices.begin(), indices.end(), index);
        QVERIFY(times == 2 || times == 3);
    }
}

void TestMixing::fractionsAreDrawnFromTheSeed()
{
    const std::vector<int64_t> half = weightedIndices(100, 0.5, 5);
    QCOMPARE(half.size(), std::size_t{50});
    QVERIFY(std::adjacent_find(half.begin(), half.end()) == half.end());
    QCOMPARE(weightedIndices(100, 0.5, 5), half);
    QVERIFY(weightedIndices(100, 0.5, 6) != half);
}

void TestMixing::nothingAndLittle()
{
    QVERIFY(weightedIndices(0, 2, 5).empty());
    QCOMPARE(weightedIndices(10, 0.001, 5).size(), std::size_t{1});
}

QTEST_GUILESS_MAIN(TestMixing)
#include "tst_mixing.moc"
