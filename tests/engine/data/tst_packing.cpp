// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/packing.h"
#include "engine/device/seeds.h"

#include <QtTest>

#include <algorithm>
#include <numeric>

using engine::data::Pack;
using engine::data::packFill;
using engine::data::packSamples;

class TestPacking : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bestFitFillsTheTightestPack();
    void packsAreThoseOfAPlainSearch_data();
    void packsAreThoseOfAPlainSearch();
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

void TestPacking::packsAreThoseOfAPlainSearch_data()
{
    QTest::addColumn<int>("most"); // tokens of a pack
    for (const int most : {1, 63, 64, 300, 1000, 4097, 300'000}) {
        QTest::addRow("%d", most) << most;
    }
}

// Longest first, each into the pack with the least room that is enough, of equals the one that has
// had it longest: looked for among all packs.
void TestPacking::packsAreThoseOfAPlainSearch()
{
    QFETCH(int, most);
    const std::vector<int64_t> lengths = unevenLengths(4000);
    const std::vector<int64_t> order = engine::device::shuffledIndices(4000, 1);
    std::vector<std::size_t> places(order.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    const auto lengthAt = [&](std::size_t place) {
        return lengths[static_cast<std::size_t>(order[place])];
    };
    std::stable_sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
        return lengthAt(a) > lengthAt(b);
    });
    struct Filled
    {
        std::vector<std::size_t> places;
        int64_t room;
        std::size_t since; // it has this room
    };
    std::vector<Filled> filled;
    std::size_t time = 0;
    for (const std::size_t place : places) {
        Filled* best = nullptr;
        for (Filled& pack : filled) {
            const bool isBetter = best == nullptr || pack.room < best->room
                                  || (pack.room == best->room && pack.since < best->since);
            best = pack.room >= lengthAt(place) && isBetter ? &pack : best;
        }
        if (best == nullptr) {
            best = &filled.emplace_back(Filled{{}, most, 0});
        }
        best->places.push_back(place);
        best->room -= lengthAt(place);
        best->since = ++time;
    }
    std::sort(filled.begin(), filled.end(), [](const Filled& a, const Filled& b) {
        return a.places.front() < b.places.front();
    });
    const std::vector<Pack> packs = packSamples(lengths, order, most);
    QCOMPARE(packs.size(), filled.size());
    for (std::size_t i = 0; i < packs.size(); ++i) {
        std::sort(filled[i].places.begin(), filled[i].places.end());
        std::vector<int64_t> samples;
        for (const std::size_t place : filled[i].places) {
            samples.push_back(order[place]);
        }
        QVERIFY(packs[i].samples == samples);
    }
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
