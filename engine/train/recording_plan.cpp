// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/train/recording_plan.h"

#include <algorithm>

namespace engine::train {

RecordingPlan::Action RecordingPlan::next(const StepBucket& bucket)
{
    if (!m_refusal.empty()) {
        return Action::Launch;
    }
    Use& use = m_uses[bucket];
    use.last = ++m_clock;
    if (use.isRecorded) {
        return Action::Play;
    }
    return ++use.launches > kWarmUps ? Action::Record : Action::Launch;
}

std::optional<StepBucket> RecordingPlan::recorded(const StepBucket& bucket)
{
    m_uses[bucket].isRecorded = true;
    if (recordings() <= kMostRecordings) {
        return std::nullopt;
    }
    const StepBucket* oldest = nullptr;
    for (const auto& [other, use] : m_uses) {
        if (use.isRecorded && other != bucket
            && (oldest == nullptr || use.last < m_uses[*oldest].last)) {
            oldest = &other;
        }
    }
    const StepBucket gone = *oldest;
    m_uses.erase(gone);
    return gone;
}

void RecordingPlan::forget()
{
    m_uses.clear();
}

void RecordingPlan::refuse(const std::string& reason)
{
    if (m_refusal.empty()) {
        m_refusal = reason;
    }
    m_uses.clear();
}

std::size_t RecordingPlan::recordings() const
{
    return static_cast<std::size_t>(std::count_if(
        m_uses.begin(), m_uses.end(), [](const auto& use) { return use.second.isRecorded; }));
}

} // namespace engine::train
