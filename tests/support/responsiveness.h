// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Measures how long the GUI thread was away from its event loop: the longest time in which a click
// would have found nobody. Counts from construction on.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <algorithm>
#include <ctime>

namespace test_support {

class Responsiveness : public QObject
{
public:
    Responsiveness()
    {
        connect(&m_timer, &QTimer::timeout, this, [this] { tick(); });
        m_since.start();
        m_cpu = cpuMs();
        m_timer.start(0);
    }

    // In milliseconds of the clock: what a person feels, and what a busy computer makes longer.
    qint64 longestBlock()
    {
        tick();
        return m_longest;
    }
    // The same in milliseconds that the thread computed: what a test can hold against a limit.
    double busiestTurn()
    {
        tick();
        return m_busiest;
    }

private:
    static double cpuMs()
    {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
    }

    void tick()
    {
        m_longest = std::max(m_longest, m_since.restart());
        const double now = cpuMs();
        m_busiest = std::max(m_busiest, now - m_cpu);
        m_cpu = now;
    }

    QTimer m_timer;
    QElapsedTimer m_since;
    qint64 m_longest = 0;
    double m_cpu = 0;
    double m_busiest = 0;
};

} // namespace test_support
