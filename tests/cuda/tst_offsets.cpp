// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/cuda/offsets.h"

#include <QtTest>

using namespace engine::cuda;

class TestOffsets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roomBehindTheLastSequenceIsEmptySequences()
    {
        QCOMPARE(paddedOffsets({0, 3, 8}, 5), (std::vector<int32_t>{0, 3, 8, 8, 8, 8}));
        QCOMPARE(paddedOffsets({0, 3, 8}, 2), (std::vector<int32_t>{0, 3, 8}));
        QCOMPARE(paddedOffsets({0}, 2), (std::vector<int32_t>{0, 0, 0}));
    }

    void roomIsAPowerOfTwo()
    {
        QCOMPARE(roomFor(1), int64_t{2});
        QCOMPARE(roomFor(3), int64_t{8});
        QCOMPARE(roomFor(8), int64_t{16});
        QCOMPARE(roomFor(9), int64_t{32});
        QCOMPARE(sequencesIn(roomFor(3)), int64_t{4});
        QCOMPARE(sequencesIn(roomFor(8)), int64_t{8});
    }

    void theLongestIsADistanceNotAnEnd()
    {
        QCOMPARE(longest({0, 3, 8, 10}), int64_t{5});
        QCOMPARE(longest({0}), int64_t{0});
    }
};

QTEST_GUILESS_MAIN(TestOffsets)
#include "tst_offsets.moc"
