// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/step_barrier.h"

#include "engine/kernels/spin_wait.h"

#include <thread>

namespace engine::kernels {
namespace {

// More than parts of equal work are ever apart, less than a turn of another program's.
constexpr std::chrono::microseconds kPatience{300};

} // namespace

void StepBarrier::arrive(int part)
{
    Flag& own = m_flags[static_cast<std::size_t>(part)];
    const uint32_t step = own.steps.load(std::memory_order_relaxed) + 1;
    own.steps.store(step, std::memory_order_release);
    for (const Flag& other : m_flags) {
        // Others may be one step ahead; the count may have begun anew.
        SpinWait wait(kPatience);
        while (static_cast<int32_t>(other.steps.load(std::memory_order_acquire) - step) < 0) {
            if (!wait.pause()) {
                own.wasLong = true;
                std::this_thread::yield();
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
