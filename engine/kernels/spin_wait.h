// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Looking again and again for something that another thread is about to do, for a limited time. How
// long a pause takes is the processor's affair (27 ns on an AMD EPYC of Zen 4), so that patience is
// told by the clock.
#pragma once

#include <chrono>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace engine::kernels {

class SpinWait
{
public:
    explicit SpinWait(std::chrono::microseconds patience) : m_patience(patience) {}

    // Between two looks. False from when the patience has run out.
    bool pause()
    {
        ++m_looks;
        if (m_looks > kEagerLooks) {
            relax();
            if (m_looks % kLooksPerClock == 0 && !m_isOver) {
                const Clock::time_point now = Clock::now();
                if (m_start == Clock::time_point()) {
                    m_start = now;
                }
                m_isOver = now - m_start > m_patience;
            }
        }
        return !m_isOver;
    }

private:
    using Clock = std::chrono::steady_clock;
    // Before the first pause: the others are usually a fraction of a microsecond away.
    static constexpr unsigned kEagerLooks = 64;
    static constexpr unsigned kLooksPerClock = 32;

    static void relax()
    {
#if defined(__x86_64__)
        _mm_pause();
#endif
    }

    std::chrono::microseconds m_patience;
    Clock::time_point m_start;
    unsigned m_looks = 0;
    bool m_isOver = false;
};

} // namespace engine::kernels
