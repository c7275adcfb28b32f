// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of a journal (events.jsonl) or of an engine's stdout → RunSeries. Where a step appears
// twice, the last wins. Any one thread.
#pragma once

#include "app/runs/run_series.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace app::runs {

class JournalReader
{
public:
    // One line without its line feed. What is no event is passed over: a journal may be torn.
    void addLine(std::string_view line);
    void addEvent(const engine::contract::Message& message);

    const RunSeries& series() const { return m_series; }
    // After a batch of lines: completes the series and returns the first index of the step columns
    // that changed since the last call; a huge number when none did.
    std::size_t settle();

private:
    bool addStepQuickly(std::string_view line);
    void addProgress(const engine::contract::Value& body);
    void addStep(const engine::contract::Message& message);
    void addRow(double step);
    void addEval(const engine::contract::Value& body);
    void rewindTo(int64_t step);

    RunSeries m_series;
    std::string m_latestTime;
    std::size_t m_firstChanged = 0;
};

} // namespace app::runs
