// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Loops handed to a team: every piece once, whoever takes it.
#include "engine/kernels/spin_team.h"

#include <QTest>

#include <numeric>

using engine::kernels::shareOf;
using engine::kernels::SpinTeam;

class SpinTeamTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyPieceIsDoneOnce_data()
    {
        QTest::addColumn<int>("threads");
        for (const int threads : {1, 2, 5}) {
            QTest::addRow("%d threads", threads) << threads;
        }
    }
    void everyPieceIsDoneOnce()
    {
        QFETCH(int, threads);
        SpinTeam team(threads);
        QCOMPARE(team.size(), threads);
        for (int loop = 0; loop < 2000; ++loop) {
            std::vector<int> done(static_cast<std::size_t>(loop % 17));
            std::atomic<bool> isNumbered = true;
            team.each(static_cast<int64_t>(done.size()), [&](int64_t piece, int thread) {
                ++done[static_cast<std::size_t>(piece)];
                isNumbered = isNumbered && thread >= 0 && thread < threads;
            });
            QVERIFY(isNumbered);
            QCOMPARE(std::accumulate(done.begin(), done.end(), 0), static_cast<int>(done.size()));
            QVERIFY(std::all_of(done.begin(), done.end(), [](int count) { return count == 1; }));
        }
    }

    void wakesHelpersThatHaveFallenAsleep()
    {
        SpinTeam team(3);
        for (int loop = 0; loop < 3; ++loop) {
            QTest::qSleep(20);
            std::atomic<int> sum = 0;
            team.each(100, [&](int64_t piece, int) { sum += static_cast<int>(piece); });
            QCOMPARE(sum.load(), 4950);
        }
    }

    void sharesCoverTheWholeWithoutOverlap()
    {
        for (int64_t count = 0; count < 20; ++count) {
            int64_t next = 0;
            for (int64_t part = 0; part < 7; ++part) {
                const auto share = shareOf(count, part, 7);
                QCOMPARE(share.begin, next);
                next = share.end;
            }
            QCOMPARE(next, count);
        }
    }
};

QTEST_GUILESS_MAIN(SpinTeamTest)
#include "tst_spin_team.moc"
