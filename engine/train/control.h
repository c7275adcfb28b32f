// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What other threads ask of the training loop; it obeys between steps. Thread-safe.
#pragma once

#include "engine/device/signals.h"

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace engine::train {

class Control
{
public:
    void stop();
    void pause();
    void resume();
    void checkpoint() { m_checkpoint = true; }

    // Asked by a command or by a signal.
    bool isStopRequested() const { return m_stop || device::stopRequested(); }
    bool isPauseRequested() const { return m_pause; }
    // True once per request.
    bool takeCheckpointRequest() { return m_checkpoint.exchange(false); }
    // Blocks while paused and not stopped. A stop from a signal handler is seen within 200 ms.
    void waitWhilePaused();

private:
    std::atomic<bool> m_stop = false;
    std::atomic<bool> m_pause = false;
    std::atomic<bool> m_checkpoint = false;
    std::mutex m_mutex;
    std::condition_variable m_changed;
};

} // namespace engine::train
