// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/seeds.h"

#include <QTest>

#include <cmath>

using namespace engine::device;

// The golden values come from an independent implementation. They must never change: runs are
// resumed and fingerprinted by them.
class TestSeeds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Source: Random123, kat_vectors, philox4x32 10.
    void philoxIsPhilox_data()
    {
        using Words = std::vector<quint32>;
        QTest::addColumn<Words>("input"); // counter, key
        QTest::addColumn<Words>("output");
        QTest::newRow("zeros") << Words{0, 0, 0, 0, 0, 0}
                               << Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
        QTest::newRow("ones") << Words(6, 0xffffffff)
                              << Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
        QTest::newRow("digits of pi")
            << Words{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0}
            << Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
    }
    void philoxIsPhilox()
    {
        QFETCH(std::vector<quint32>, input);
        QFETCH(std::vector<quint32>, output);
        const auto block = philox({input[0], input[1], input[2], input[3]}, {input[4], input[5]});
        QCOMPARE(std::vector<quint32>(block.begin(), block.end()), output);
    }

    void derivedSeedsStay_data()
    {
        QTest::addColumn<quint64>("seed");
        QTest::addColumn<QString>("purpose");
        QTest::addColumn<quint64>("index");
        QTest::addColumn<quint64>("derived");
        QTest::newRow("first") << quint64(42) << "shuffle" << quint64(0) << 0x372e12f4f4124a30ull;
        QTest::newRow("next step")
            << quint64(42) << "shuffle" << quint64(1) << 0x3e55d96fb089d1e5ull;
        QTest::newRow("other purpose")
            << quint64(42) << "dropout" << quint64(0) << 0x4bd76c151510c6fbull;
        QTest::newRow("extremes") << quint64(-1) << "" << (quint64(1) << 63)
                                  << 0x7fc8e48618d0b530ull;
    }
    void derivedSeedsStay()
    {
        QFETCH(quint64, seed);
        QFETCH(QString, purpose);
        QFETCH(quint64, index);
        QFETCH(quint64, derived);
        QCOMPARE(quint64(derivedSeed(seed, purpose.toStdString(), index)), derived);
    }

    void wordsStay()
    {
        RandomStream stream(42);
        QCOMPARE(stream.word(), 0x77f5493b9ceaf053ull);
        QCOMPARE(stream.word(), 0x5742b3d712bf50adull);
        QCOMPARE(stream.word(), 0x53ba6cfdfcdb2127ull);
        QCOMPARE(stream.word(), 0x744e06fb838f5a6eull);
    }

    void uniformNumbersStay() { QCOMPARE(RandomStream(42).uniform(), 0.4685865183391049); }

    void integersStay()
    {
        RandomStream stream(42);
        std::vector<std::uint64_t> drawn;
        for (int i = 0; i < 6; ++i) {
            drawn.push_back(stream.uniformInt(1000));
        }
        QCOMPARE(drawn, (std::vector<std::uint64_t>{859, 189, 703, 790, 77, 209}));
    }

    void normalNumbersStay()
    {
        // log and cos may differ in the last bit between C libraries.
        QVERIFY(std::abs(RandomStream(42).normal() + 0.6076510539335191) < 1e-15);
    }

    void ordersStay()
    {
        QCOMPARE(shuffledIndices(10, 42),
                 (std::vector<std::int64_t>{6, 0, 5, 8, 4, 3, 2, 7, 1, 9}));
    }

    void aStreamContinuesFromItsPosition_data()
    {
        QTest::addColumn<int>("position");
        QTest::newRow("within a block") << 3;
        QTest::newRow("between blocks") << 4;
    }
    void aStreamContinuesFromItsPosition()
    {
        QFETCH(int, position);
        RandomStream whole(7);
        for (int i = 0; i < position; ++i) {
            whole.word();
        }
        RandomStream continued(7, whole.position());
        QCOMPARE(continued.word(), whole.word());
        QCOMPARE(continued.word(), whole.word());
    }

    void integersCoverALargeBoundEvenly()
    {
        // With a bound of 3/4 of the range, taking the remainder without drawing again would hit
        // the lower third twice.
        const std::uint64_t bound = 3ull << 62;
        RandomStream stream(1);
        int low = 0;
        for (int i = 0; i < 30'000; ++i) {
            low += stream.uniformInt(bound) < bound / 3 ? 1 : 0;
        }
        QVERIFY(std::abs(low - 10'000) < 400);
    }

    void normalNumbersHaveMeanZeroAndVarianceOne()
    {
        RandomStream stream(1);
        constexpr int kCount = 100'000;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < kCount; ++i) {
            const double value = stream.normal();
            sum += value;
            squares += value * value;
        }
        QVERIFY(std::abs(sum / kCount) < 0.02);
        QVERIFY(std::abs(squares / kCount - 1) < 0.02);
    }

    void nothingToShuffleIsFine() { QVERIFY(shuffledIndices(0, 1).empty()); }
};

QTEST_GUILESS_MAIN(TestSeeds)
#include "tst_seeds.moc"
