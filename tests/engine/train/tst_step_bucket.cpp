// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/train/step_bucket.h"

#include <QtTest>

#include <algorithm>

using namespace engine;
using train::StepBucket;

namespace {

// Samples of these lengths; every second token is trained.
objectives::TokenBatch batchOf(const std::vector<int64_t>& lengths)
{
    std::vector<text::TokenSample> samples;
    int64_t id = 1;
    for (const int64_t length : lengths) {
        text::TokenSample sample;
        for (int64_t i = 0; i < length; ++i) {
            sample.ids.push_back(id++);
            sample.mask.push_back(i % 2 == 1);
        }
        samples.push_back(std::move(sample));
    }
    std::vector<const text::TokenSample*> pointers;
    for (const text::TokenSample& sample : samples) {
        pointers.push_back(&sample);
    }
    return objectives::makeBatch(pointers);
}

std::vector<int64_t> listOf(const at::Tensor& x)
{
    const auto* first = x.const_data_ptr<int64_t>();
    return {first, first + x.numel()};
}

} // namespace

class TestStepBucket : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sizes_data()
    {
        QTest::addColumn<std::vector<int64_t>>("lengths");
        QTest::addColumn<std::vector<int64_t>>("bucket"); // tokens, trained, sequences, longest
        using List = std::vector<int64_t>;
        QTest::newRow("small") << List{5, 3} << List{64, 64, 2, 64};
        QTest::newRow("exact") << List{1024} << List{1024, 512, 1, 1024};
        QTest::newRow("one token more") << List{1024, 1} << List{1088, 512, 2, 1024};
        QTest::newRow("longest in powers of two") << List{700, 700} << List{1408, 768, 2, 1024};
        QTest::newRow("many samples") << List(100, 10) << List{1024, 512, 128, 64};
    }
    void sizes()
    {
        QFETCH(std::vector<int64_t>, lengths);
        QFETCH(std::vector<int64_t>, bucket);
        const StepBucket actual = train::bucketOf(batchOf(lengths));
        QCOMPARE(
            (std::vector<int64_t>{actual.tokens, actual.trained, actual.sequences, actual.longest}),
            bucket);
    }

    // Whatever the lengths: the batch fits, what it is recorded with is the most, and little is
    // padding.
    void everyBatchFitsItsBucket()
    {
        for (int64_t seed = 1; seed < 200; ++seed) {
            std::vector<int64_t> lengths;
            for (int64_t i = 0; i < 1 + seed % 13; ++i) {
                lengths.push_back(1 + (seed * 7919 + i * 104729) % 3000);
            }
            const objectives::TokenBatch batch = batchOf(lengths);
            const StepBucket bucket = train::bucketOf(batch);
            const kernels::Sequences full = train::fullSequences(bucket);
            const kernels::Sequences padded = train::paddedSequences(batch.pass.sequences, bucket);
            QVERIFY(bucket.tokens >= batch.tokens && bucket.trained >= batch.trainedTokens);
            QVERIFY(batch.tokens < 1024 || bucket.tokens * 16 <= batch.tokens * 17 + 16);
            for (const kernels::Sequences* sequences : {&full, &padded}) {
                QCOMPARE(sequences->queryOffsets.back(), bucket.tokens);
                QVERIFY(sequences->count() <= bucket.sequences);
                QVERIFY(
                    std::is_sorted(sequences->queryOffsets.begin(), sequences->queryOffsets.end()));
                for (int64_t i = 0; i < sequences->count(); ++i) {
                    QVERIFY(sequences->queries(i) <= bucket.longest);
                }
            }
            QCOMPARE(full.count(), bucket.sequences);
            QCOMPARE(full.queries(0), bucket.longest);
        }
    }

    void paddingStandsBehindAndTrainsNothing()
    {
        const objectives::TokenBatch batch = batchOf({4, 3});
        const StepBucket bucket{16, 8, 2, 16};
        const at::Tensor numbers = train::paddedNumbers(batch, bucket);
        QCOMPARE(numbers.numel(), train::numbersOf(bucket));
        const objectives::TokenBatch view = train::batchOver(numbers, bucket);
        QCOMPARE(listOf(view.ids),
                 (std::vector<int64_t>{1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
        QCOMPARE(listOf(view.pass.positions),
                 (std::vector<int64_t>{0, 1, 2, 3, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
        // Tokens 0, 2 and 4 predict trained ones.
        QCOMPARE(listOf(view.placed.rows), (std::vector<int64_t>{0, 2, 4, 0, 0, 0, 0, 0}));
        QCOMPARE(listOf(view.placed.targets),
                 (std::vector<int64_t>{2, 4, 6, -100, -100, -100, -100, -100}));
        QCOMPARE(listOf(view.placed.places),
                 (std::vector<int64_t>{0, 8, 1, 8, 2, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8}));
        QCOMPARE(train::paddedSequences(batch.pass.sequences, bucket).queryOffsets,
                 (std::vector<int64_t>{0, 4, 16}));
    }
};

QTEST_GUILESS_MAIN(TestStepBucket)
#include "tst_step_bucket.moc"
