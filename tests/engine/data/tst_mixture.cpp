// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/batcher.h"
#include "engine/data/mixture.h"

#include <QtTest>

#include <algorithm>
#include <numeric>

using engine::data::Batcher;
using engine::data::BatchSettings;
using engine::data::MicroBatch;
using engine::data::MixPart;
using engine::data::Mixture;

class TestMixture : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void weightsAreHowOftenSamplesAreSeen_data();
    void weightsAreHowOftenSamplesAreSeen();
    void aFractionComesRoundToEverySample();
    void everyEpochIsDrawnFromTheSeedAlone();
    void aWeightOfOneIsAsOneFile_data();
    void aWeightOfOneIsAsOneFile();
    void batchesHoldSamplesAsOftenAsTheyAreSeen_data();
    void batchesHoldSamplesAsOftenAsTheyAreSeen();
    void withoutShuffleSourcesFollowEachOther();
};

namespace {

std::vector<int64_t> countsOf(const std::vector<int64_t>& indices, std::size_t samples)
{
    std::vector<int64_t> counts(samples);
    for (const int64_t index : indices) {
        ++counts.at(static_cast<std::size_t>(index));
    }
    return counts;
}

std::vector<int64_t> epochOf(Batcher& batcher, int64_t epoch)
{
    std::vector<int64_t> samples;
    for (int64_t step = 0; step < batcher.stepsPerEpoch(epoch); ++step) {
        for (const MicroBatch& batch : batcher.step(epoch, step)) {
            samples.insert(samples.end(), batch.samples.begin(), batch.samples.end());
        }
    }
    return samples;
}

} // namespace

void TestMixture::weightsAreHowOftenSamplesAreSeen_data()
{
    QTest::addColumn<double>("weight");
    QTest::addColumn<int>("samples");
    QTest::addColumn<int>("seen");
    QTest::newRow("once") << 1.0 << 10 << 10;
    QTest::newRow("three times") << 3.0 << 10 << 30;
    QTest::newRow("half") << 0.5 << 10 << 5;
    QTest::newRow("half of an odd number") << 0.5 << 11 << 6;
    QTest::newRow("once and a fifth") << 1.2 << 10 << 12;
    QTest::newRow("less than one") << 0.001 << 10 << 1;
    QTest::newRow("none there") << 2.0 << 0 << 0;
}

void TestMixture::weightsAreHowOftenSamplesAreSeen()
{
    QFETCH(double, weight);
    QFETCH(int, samples);
    QFETCH(int, seen);
    const Mixture mixture({{4, 1}, {samples, weight}, {2, 1}}, 7);
    QCOMPARE(mixture.seen(1), int64_t(seen));
    for (const int64_t epoch : {0, 1, 5}) {
        const std::vector<int64_t> indices = mixture.epoch(epoch);
        QVERIFY(std::is_sorted(indices.begin(), indices.end()));
        QCOMPARE(indices.size(), std::size_t(4 + seen + 2));
        const std::vector<int64_t> counts = countsOf(indices, std::size_t(4 + samples + 2));
        for (int i = 0; i < 4 + samples + 2; ++i) {
            const bool isOther = i < 4 || i >= 4 + samples;
            const int64_t least = isOther ? 1 : seen / samples;
            const int64_t count = counts[std::size_t(i)];
            QVERIFY(count == least || (!isOther && count == least + 1));
        }
    }
}

// Ten epochs of three tenths see every sample three times; no one twice before all were seen.
void TestMixture::aFractionComesRoundToEverySample()
{
    const Mixture mixture({{20, 0.3}}, 42);
    std::vector<int64_t> counts(20);
    for (int64_t epoch = 0; epoch < 10; ++epoch) {
        for (const int64_t index : mixture.epoch(epoch)) {
            ++counts[std::size_t(index)];
        }
        const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
        QVERIFY(*most - *least <= 1);
    }
    QCOMPARE(counts, std::vector<int64_t>(20, 3));
}

void TestMixture::everyEpochIsDrawnFromTheSeedAlone()
{
    const std::vector<MixPart> parts = {{50, 0.4}, {30, 1.5}, {50, 0.4}};
    QCOMPARE(Mixture(parts, 1).epoch(3), Mixture(parts, 1).epoch(3));
    QVERIFY(Mixture(parts, 1).epoch(3) != Mixture(parts, 1).epoch(2));
    QVERIFY(Mixture(parts, 1).epoch(3) != Mixture(parts, 2).epoch(3));
    std::vector<int64_t> first;
    std::vector<int64_t> third; // of the same size and weight, but drawn for itself
    for (const int64_t index : Mixture(parts, 1).epoch(0)) {
        if (index < 50) {
            first.push_back(index);
        } else if (index >= 80) {
            third.push_back(index - 80);
        }
    }
    QVERIFY(first != third);
    // What a run was trained on stays reproducible: this must not change.
    QCOMPARE(Mixture({{8, 0.5}}, 42).epoch(0), (std::vector<int64_t>{2, 3, 5, 6}));
    QCOMPARE(Mixture({{8, 0.5}}, 42).epoch(1), (std::vector<int64_t>{0, 1, 4, 7}));
}

void TestMixture::aWeightOfOneIsAsOneFile_data()
{
    QTest::addColumn<bool>("packing");
    QTest::addColumn<bool>("shuffle");
    for (const bool packing : {false, true}) {
        for (const bool shuffle : {false, true}) {
            QTest::addRow("packing %d, shuffle %d", packing, shuffle) << packing << shuffle;
        }
    }
}

void TestMixture::aWeightOfOneIsAsOneFile()
{
    BatchSettings settings;
    QFETCH(bool, packing);
    QFETCH(bool, shuffle);
    settings.packing = packing;
    settings.shuffle = shuffle;
    settings.maxTokens = 100;
    std::vector<int64_t> lengths(60);
    std::iota(lengths.begin(), lengths.end(), 5);
    Batcher alone(lengths, settings);
    settings.mixture = {{20, 1}, {40, 1}};
    Batcher mixed(lengths, settings);
    for (const int64_t epoch : {0, 1}) {
        QCOMPARE(epochOf(mixed, epoch), epochOf(alone, epoch));
    }
}

void TestMixture::batchesHoldSamplesAsOftenAsTheyAreSeen_data()
{
    aWeightOfOneIsAsOneFile_data();
}

void TestMixture::batchesHoldSamplesAsOftenAsTheyAreSeen()
{
    BatchSettings settings;
    QFETCH(bool, packing);
    QFETCH(bool, shuffle);
    settings.packing = packing;
    settings.shuffle = shuffle;
    settings.maxTokens = 64;
    settings.mixture = {{10, 0.5}, {7, 2}};
    Batcher batcher(std::vector<int64_t>(17, 9), settings);
    for (const int64_t epoch : {0, 1, 4}) {
        std::vector<int64_t> samples = epochOf(batcher, epoch);
        std::sort(samples.begin(), samples.end());
        QCOMPARE(samples, Mixture(settings.mixture, settings.seed).epoch(epoch));
        QCOMPARE(samples.size(), std::size_t(19));
    }
}

void TestMixture::withoutShuffleSourcesFollowEachOther()
{
    BatchSettings settings;
    settings.packing = false;
    settings.shuffle = false;
    settings.mixture = {{2, 2}, {3, 1}};
    Batcher batcher(std::vector<int64_t>(5, 9), settings);
    QCOMPARE(epochOf(batcher, 0), (std::vector<int64_t>{0, 0, 1, 1, 2, 3, 4}));
}

QTEST_GUILESS_MAIN(TestMixture)
#include "tst_mixture.moc"
