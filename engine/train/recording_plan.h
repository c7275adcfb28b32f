// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Decides for each micro-batch whether it is launched, recorded or played. Knows sizes and counts
// alone, no device.
#pragma once

#include "engine/train/step_bucket.h"

#include <map>
#include <optional>
#include <string>

namespace engine::train {

class RecordingPlan
{
public:
    enum class Action { Launch, Record, Play };

    // A bucket is launched so often before it is recorded: its libraries are warm then, and a size
    // that comes once or twice costs no recording. At most so many recordings are kept.
    static constexpr int64_t kWarmUps = 2;
    static constexpr std::size_t kMostRecordings = 16;

    // What to do with the next micro-batch of that bucket; counts it as used.
    Action next(const StepBucket& bucket);

    // The bucket can be played from now on. Returns one whose recording has to go for it: the one
    // that was not used for the longest time.
    std::optional<StepBucket> recorded(const StepBucket& bucket);

    // Recordings no longer hold: what they point to has moved. Everything is launched anew first.
    void forget();
    // Nothing is recorded or played from now on; the first reason counts.
    void refuse(const std::string& reason);

    // Empty as long as steps are recorded.
    const std::string& refusal() const { return m_refusal; }
    std::size_t recordings() const;

private:
    struct Use
    {
        int64_t launches = 0;
        int64_t last = 0; // when it was used, in micro-batches
        bool isRecorded = false;
    };

    std::map<StepBucket, Use> m_uses;
    int64_t m_clock = 0;
    std::string m_refusal;
};

} // namespace engine::train
