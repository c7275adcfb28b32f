// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/signals.h"

#include "engine/device/failure.h"

#include <atomic>
#include <csignal>

namespace engine::device {

namespace {

// A signal handler can reach nothing but a global.
std::atomic<bool> stopFlag = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void setStopFlag(int)
{
    stopFlag.store(true, std::memory_order_relaxed);
}

void install(int signal, void (*handler)(int), int flags)
{
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
}

} // namespace

void handleSignals()
{
    install(SIGTERM, setStopFlag, SA_RESTART);
    install(SIGINT, setStopFlag, static_cast<int>(SA_RESTART | SA_RESETHAND));
    install(SIGPIPE, SIG_IGN, 0);
}

bool stopRequested()
{
    return stopFlag.load(std::memory_order_relaxed);
}

void requestStop()
{
    stopFlag.store(true, std::memory_order_relaxed);
}

void throwIfStopped()
{
    if (stopRequested()) {
        throw Failure(code::kStopped, "stopped on request", "Nothing was written");
    }
}

} // namespace engine::device
