// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/step_barrier.h"

#include <thread>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace engine::kernels {
namespace {

// Looks before the first pause: the others are usually a fraction of a microsecond away.
constexpr int kEagerLooks = 64;
// Some hundred microseconds.
constexpr int kPatience = 5000;

void relax()
{
#if defined(__x86_64__)
    _mm_pause();
#endif
}

} // namespace

void StepBarrier::arrive(int part)
{
    Flag& own = m_flags[static_cast<std::size_t>(part)];
    const uint32_t step = own.steps.load(std::memory_order_relaxed) + 1;
    own.steps.store(step, std::memory_order_release);
    for (const Flag& other : m_flags) {
        // Others may be one step ahead; the count may have begun anew.
        for (int looks = 0;
             static_cast<int32_t>(other.steps.load(std::memory_order_acquire) - step) < 0;
             ++looks) {
            if (looks > kPatience) {
                own.wasLong = true;
                std::this_thread::yield();
            } else if (looks > kEagerLooks) {
                relax();
            }
        }
    }
}

bool StepBarrier::wasLong()
{
    bool result = false;
    for (Flag& flag : m_flags) {
        result = result || flag.wasLong;
        flag.wasLong = false;
    }
    return result;
}

} // namespace engine::kernels
