// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/train/control.h"

#include <chrono>

namespace engine::train {

void Control::stop()
{
    m_stop = true;
    m_changed.notify_all();
}

void Control::pause()
{
    m_pause = true;
}

void Control::resume()
{
    m_pause = false;
    m_changed.notify_all();
}

void Control::waitWhilePaused()
{
    using namespace std::chrono_literals;
    std::unique_lock lock(m_mutex);
    while (m_pause && !isStopRequested()) {
        m_changed.wait_for(lock, 200ms);
    }
}

} // namespace engine::train
