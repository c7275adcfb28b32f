// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/step_barrier.h"

#include <QtTest>

#include <array>
#include <chrono>
#include <thread>

using engine::kernels::StepBarrier;

class TestStepBarrier : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // After each step every part sees what all others wrote before it.
    void partsSeeEachOthersSteps()
    {
        constexpr int kParts = 3;
        constexpr int kSteps = 2000;
        StepBarrier barrier(kParts);
        std::array<std::array<int, kParts>, 2> written = {}; // of even and odd steps
        std::array<int, kParts> failures = {};
        std::vector<std::thread> threads;
        for (int part = 0; part < kParts; ++part) {
            threads.emplace_back([&, part] {
                for (int step = 1; step <= kSteps; ++step) {
                    auto& now = written[static_cast<std::size_t>(step % 2)];
                    now[static_cast<std::size_t>(part)] = step;
                    barrier.arrive(part);
                    for (const int value : now) {
                        failures[static_cast<std::size_t>(part)] += value == step ? 0 : 1;
                    }
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        for (const int failed : failures) {
            QCOMPARE(failed, 0);
        }
    }

    void saysWhenAPartKeptTheOthersWaiting()
    {
        StepBarrier barrier(2);
        std::thread late([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            barrier.arrive(1);
        });
        barrier.arrive(0);
        late.join();
        QVERIFY(barrier.wasLong());
        QVERIFY(!barrier.wasLong());
    }

    void onePartNeverWaits()
    {
        StepBarrier barrier(1);
        barrier.arrive(0);
        QVERIFY(!barrier.wasLong());
    }
};

QTEST_APPLESS_MAIN(TestStepBarrier)
#include "tst_step_barrier.moc"
