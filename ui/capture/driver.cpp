// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/capture/driver.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ui::capture {

namespace {

constexpr int kLookMs = 60;
// A page may settle, ask once more and settle again: what holds so often is there to stay.
constexpr int kLooksInARow = 4;

} // namespace

void Driver::add(Step step)
{
    m_steps.push_back(std::move(step));
}

void Driver::addNext(std::deque<Step> steps)
{
    m_steps.insert(m_steps.begin(),
                   std::make_move_iterator(steps.begin()),
                   std::make_move_iterator(steps.end()));
}

void Driver::start()
{
    m_timer.setInterval(kLookMs);
    connect(&m_timer, &QTimer::timeout, this, &Driver::look);
    m_timer.start();
    begin();
}

void Driver::begin()
{
    m_heldFor = 0;
    m_since.start();
    if (!m_steps.empty() && m_steps.front().act) {
        // A copy: the act may put other steps before its own.
        const auto act = std::exchange(m_steps.front().act, {});
        act();
    }
}

void Driver::look()
{
    if (m_steps.empty()) {
        m_timer.stop();
        Q_EMIT finished();
        return;
    }
    const Step& step = m_steps.front();
    const bool holds = !step.isReached || step.isReached();
    m_heldFor = holds ? m_heldFor + 1 : 0;
    if (m_heldFor < (step.isReached ? kLooksInARow : 1)) {
        if (m_since.elapsed() < step.timeoutMs) {
            return;
        }
        m_failures.append(step.what);
        if (step.isVital) {
            m_steps.clear();
            return;
        }
    }
    m_steps.pop_front();
    begin();
}

} // namespace ui::capture
