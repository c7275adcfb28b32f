// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/batcher.h"
#include "engine/device/failure.h"

#include <QtTest>

#include <algorithm>

using engine::data::Batcher;
using engine::data::BatchSettings;
using engine::data::MicroBatch;

class TestBatcher : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everySampleOnceAnEpoch_data();
    void everySampleOnceAnEpoch();
    void stepsDependOnEpochAndIndexOnly();
    void epochsDiffer();
    void withoutShuffleTheOrderIsKept();
    void stepsGatherMicroBatches();
    void tokensLimitMicroBatches();
    void neighboursInLengthAreGrouped();
    void packsFillMicroBatches();
    void badSettingsAreRefused_data();
    void badSettingsAreRefused();
};

namespace {

std::vector<int64_t> someLengths(int64_t count)
{
    std::vector<int64_t> lengths;
    for (int64_t i = 0; i < count; ++i) {
        lengths.push_back(1 + (i * 37) % 101);
    }
    return lengths;
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

BatchSettings unpacked(int64_t batchSize)
{
    BatchSettings settings;
    settings.packing = false;
    settings.batchSize = batchSize;
    return settings;
}

} // namespace

void TestBatcher::everySampleOnceAnEpoch_data()
{
    QTest::addColumn<bool>("packing");
    QTest::addColumn<bool>("shuffle");
    QTest::addColumn<bool>("grouped");
    QTest::addColumn<int>("batchTokens");
    QTest::addColumn<int>("accumulate");
    for (const bool packing : {false, true}) {
        for (const bool shuffle : {false, true}) {
            for (const bool grouped : {false, true}) {
                for (const int tokens : {0, 300}) {
                    QTest::addRow("packing %d, shuffle %d, grouped %d, tokens %d",
                                  packing,
                                  shuffle,
                                  grouped,
                                  tokens)
                        << packing << shuffle << grouped << tokens << 3;
                }
            }
        }
    }
}

void TestBatcher::everySampleOnceAnEpoch()
{
    QFETCH(bool, packing);
    QFETCH(bool, shuffle);
    QFETCH(bool, grouped);
    QFETCH(int, batchTokens);
    QFETCH(int, accumulate);
    Batcher batcher(someLengths(1001),
                    {.batchSize = 4,
                     .batchTokens = batchTokens,
                     .accumulate = accumulate,
                     .packing = packing,
                     .shuffle = shuffle,
                     .groupByLength = grouped,
                     .maxTokens = 128,
                     .seed = 42});
    std::vector<int64_t> samples = epochOf(batcher, 1);
    std::sort(samples.begin(), samples.end());
    QCOMPARE(samples.size(), std::size_t{1001});
    QCOMPARE(samples.back(), 1000);
    QVERIFY(std::unique(samples.begin(), samples.end()) == samples.end());
}

void TestBatcher::stepsDependOnEpochAndIndexOnly()
{
    BatchSettings settings;
    settings.batchSize = 2;
    settings.maxTokens = 128;
    Batcher used(someLengths(500), settings);
    epochOf(used, 0);
    epochOf(used, 1);
    Batcher fresh(someLengths(500), settings);
    QCOMPARE(fresh.step(1, 7).at(0).samples, used.step(1, 7).at(0).samples);
    QCOMPARE(epochOf(fresh, 0), epochOf(used, 0));
}

void TestBatcher::epochsDiffer()
{
    Batcher batcher(someLengths(100), unpacked(4));
    QVERIFY(epochOf(batcher, 0) != epochOf(batcher, 1));
}

void TestBatcher::withoutShuffleTheOrderIsKept()
{
    BatchSettings settings = unpacked(2);
    settings.shuffle = false;
    Batcher batcher(someLengths(5), settings);
    QCOMPARE(epochOf(batcher, 3), (std::vector<int64_t>{0, 1, 2, 3, 4}));
}

void TestBatcher::stepsGatherMicroBatches()
{
    BatchSettings settings = unpacked(2);
    settings.accumulate = 4;
    Batcher batcher(someLengths(19), settings);
    QCOMPARE(batcher.stepsPerEpoch(0), 3);
    QCOMPARE(batcher.step(0, 0).size(), std::size_t{4});
    QCOMPARE(batcher.step(0, 2).size(), std::size_t{2});
    QCOMPARE(batcher.step(0, 2).back().samples.size(), std::size_t{1});
}

void TestBatcher::tokensLimitMicroBatches()
{
    BatchSettings settings = unpacked(1);
    settings.shuffle = false;
    settings.batchTokens = 10;
    Batcher batcher({4, 6, 5, 30, 5, 5}, settings);
    QCOMPARE(batcher.stepsPerEpoch(0), 4);
    QCOMPARE(batcher.step(0, 0)[0].samples, (std::vector<int64_t>{0, 1}));
    QCOMPARE(batcher.step(0, 1)[0].samples, (std::vector<int64_t>{2}));
    QCOMPARE(batcher.step(0, 2)[0].samples, (std::vector<int64_t>{3}));
    QCOMPARE(batcher.step(0, 3)[0].samples, (std::vector<int64_t>{4, 5}));
}

void TestBatcher::neighboursInLengthAreGrouped()
{
    const std::vector<int64_t> lengths = someLengths(400);
    BatchSettings settings = unpacked(8);
    settings.groupByLength = true;
    Batcher batcher(lengths, settings);
    for (int64_t step = 0; step < batcher.stepsPerEpoch(0); ++step) {
        const std::vector<int64_t> samples = batcher.step(0, step)[0].samples;
        const int64_t longest = lengths[static_cast<std::size_t>(samples.front())];
        const int64_t shortest = lengths[static_cast<std::size_t>(samples.back())];
        QVERIFY(longest - shortest <= 4);
    }
}

void TestBatcher::packsFillMicroBatches()
{
    BatchSettings settings;
    settings.batchSize = 2;
    settings.maxTokens = 10;
    Batcher batcher(std::vector<int64_t>(40, 5), settings);
    QCOMPARE(batcher.stepsPerEpoch(0), 10);
    QCOMPARE(batcher.step(0, 0)[0].samples.size(), std::size_t{4});
    QCOMPARE(batcher.fill(0), 1.0);
}

void TestBatcher::badSettingsAreRefused_data()
{
    QTest::addColumn<int>("batchSize");
    QTest::addColumn<int>("batchTokens");
    QTest::addColumn<int>("accumulate");
    QTest::addColumn<int>("maxTokens");
    QTest::addColumn<QString>("where");
    QTest::newRow("size") << 0 << 0 << 1 << 8 << "training.batch_size";
    QTest::newRow("tokens") << 1 << -1 << 1 << 8 << "training.batch_tokens";
    QTest::newRow("accumulate") << 1 << 0 << 0 << 8 << "training.accumulate";
    QTest::newRow("length") << 1 << 0 << 1 << 0 << "data.max_length";
}

void TestBatcher::badSettingsAreRefused()
{
    QFETCH(int, batchSize);
    QFETCH(int, batchTokens);
    QFETCH(int, accumulate);
    QFETCH(int, maxTokens);
    QFETCH(QString, where);
    BatchSettings settings;
    settings.batchSize = batchSize;
    settings.batchTokens = batchTokens;
    settings.accumulate = accumulate;
    settings.maxTokens = maxTokens;
    std::string found;
    try {
        Batcher batcher({1}, settings);
    } catch (const engine::Failure& failure) {
        found = failure.error().where;
    }
    QCOMPARE(QString::fromStdString(found), where);
}

QTEST_GUILESS_MAIN(TestBatcher)
#include "tst_batcher.moc"
