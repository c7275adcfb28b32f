// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/spin_wait.h"

#include <QtTest>

#include <chrono>
#include <thread>

using engine::kernels::SpinWait;
using namespace std::chrono_literals;

namespace {

constexpr int kLooks = 10000;

int looksUntilOver(SpinWait& wait)
{
    int looks = 0;
    while (looks < kLooks && wait.pause()) {
        ++looks;
    }
    return looks;
}

} // namespace

class TestSpinWait : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void patienceLastsByTheClockWhateverTheLooks()
    {
        SpinWait wait(std::chrono::microseconds(1h));
        QCOMPARE(looksUntilOver(wait), kLooks);
    }

    void itEndsAndStaysAtItsEnd()
    {
        SpinWait wait(1us);
        QVERIFY(looksUntilOver(wait) < kLooks);
        QVERIFY(!wait.pause());
        QVERIFY(!wait.pause());
    }

    // What the waiting thread's processor was taken for counts.
    void timeAwayCounts()
    {
        SpinWait wait(std::chrono::microseconds(20ms));
        for (int i = 0; i < 200; ++i) { // past the first look at the clock
            wait.pause();
        }
        std::this_thread::sleep_for(30ms);
        QVERIFY(looksUntilOver(wait) < 100);
    }
};

QTEST_APPLESS_MAIN(TestSpinWait)
#include "tst_spin_wait.moc"
