// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/packing.h"
#include "engine/device/seeds.h"

#include <QtTest>

#include <algorithm>

using engine::data::Pack;
using engine::data::packFill;
using engine::data::packSamples;

class TestPacking : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bestFitFillsTheTightestPack();
    void everySampleIsPackedOnce();
    void packsAreFull();
    void packsFollowTheOrder();
    void aLongSampleIsAlone();
    void nothingPacksToNothing();
};

namespace {

// Uneven lengths, 1…1000 tokens, most of them short.
std::vector<int64_t> unevenLengths(std::size_t count)
{
    engine::device::RandomStream random(7);
    std::vector<int64_t> lengths(count);
    for (int64_t& length : lengths) {
        const double chance = random.uniform();
        length = 1 + static_cast<int64_t>(999 * chance * chance * chance);
    }
    return lengths;
}

} // namespace

void TestPacking::bestFitFillsTheTightestPack()
{
    const std::vector<Pack> packs = packSamples({6, 4, 5, 5, 3, 7}, {0, 1, 2, 3, 4, 5}, 10);
    QCOMPARE(packs.size(), std::size_t{3});
    QCOMPARE(packs[0].samples, (std::vector<int64_t>{0, 1}));
    QCOMPARE(packs[1].samples, (std::vector<int64_t>{2, 3}));
    QCOMPARE(packs[2].samples, (std::vector<int64_t>{4, 5}));
    QCOMPARE(packFill(packs, 10), 1.0);
}

void TestPacking::everySampleIsPackedOnce()
{
    const std::vector<int64_t> lengths = unevenLengths(10000);
    const std::vector<int64_t> order = engine::device::shuffledIndices(10000, 1);
    std::vector<int64_t> packed;
    for (const Pack& pack : packSamples(lengths, order, 1024)) {
        int64_t tokens = 0;
        for (const int64_t sample : pack.samples) {
            packed.push_back(sample);
            tokens += lengths[static_cast<std::size_t>(sample)];
        }
        QCOMPARE(pack.tokens, tokens);
        QVERIFY(tokens <= 1024);
    }
    std::vector<int64_t> sorted = order;
    std::sort(sorted.begin(), sorted.end());
    std::sort(packed.begin(), packed.end());
    QVERIFY(packed == sorted);
}

void TestPacking::packsAreFull()
{
    const std::vector<int64_t> order = engine::device::shuffledIndices(20000, 1);
    const double fill = packFill(packSamples(unevenLengths(20000), order, 1024), 1024);
    QVERIFY2(fill > 0.99, qPrintable(QString::number(fill)));
}

void TestPacking::packsFollowTheOrder()
{
    const std::vector<int64_t> lengths(8, 6);
    const std::vector<int64_t> order = {3, 1, 7, 0, 2, 6, 5, 4};
    std::vector<int64_t> packed;
    for (const Pack& pack : packSamples(lengths, order, 10)) {
        packed.insert(packed.end(), pack.samples.begin(), pack.samples.end());
    }
    QCOMPARE(packed, order);
}

void TestPacking::aLongSampleIsAlone()
{
    const std::vector<Pack> packs = packSamples({2, 50, 3}, {0, 1, 2}, 10);
    QCOMPARE(packs.size(), std::size_t{2});
    QCOMPARE(packs[0].samples, (std::vector<int64_t>{1}));
}

void TestPacking::nothingPacksToNothing()
{
    QVERIFY(packSamples({}, {}, 10).empty());
    QCOMPARE(packFill({}, 10), 0.0);
}

QTEST_GUILESS_MAIN(TestPacking)
#include "tst_packing.moc"
