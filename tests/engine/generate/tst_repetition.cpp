// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/generate/repetition.h"

#include <QtTest>

using namespace engine::generate;
using Ids = std::vector<int64_t>;

class RepetitionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tokensThatWouldRepeatAreFound()
    {
        const Ids seen = {1, 2, 3, 1, 2, 4, 1, 2};
        QCOMPARE(repeatingTokens(seen, 3), (Ids{3, 4}));
        QCOMPARE(repeatingTokens(seen, 2), (Ids{3, 4}));
        QCOMPARE(repeatingTokens(seen, 4), Ids{});
        QCOMPARE(repeatingTokens(seen, 1), seen); // every token once
        QCOMPARE(repeatingTokens(seen, 9), Ids{});
        QCOMPARE(repeatingTokens(Ids{7, 7, 7}, 2), (Ids{7, 7}));
        QCOMPARE(repeatingTokens({}, 1), Ids{});
    }

    void whatWasSeenIsPenalisedOnce()
    {
        std::vector<float> scores = {-2, 3, 4, -1};
        penaliseSeen<float>(scores, 2, Ids{0, 0, 2});
        QCOMPARE(scores, (std::vector<float>{-4, 3, 2, -1}));
    }
};

QTEST_GUILESS_MAIN(RepetitionTest)
#include "tst_repetition.moc"
