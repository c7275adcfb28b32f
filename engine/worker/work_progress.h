// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Reading and tokenising data take long: told while they go on, at most ten times a second, and
// ended as soon as somebody asks for it. Compute thread only.
#pragma once

#include "engine/contract/event.h"
#include "engine/data/dataset.h"
#include "engine/worker/output.h"

#include <chrono>
#include <functional>
#include <string>

namespace engine::worker {

class WorkProgress
{
public:
    using Tell = std::function<void(const contract::event::Progress& progress)>;

    // `tell` may be empty: nobody listens.
    WorkProgress(Tell tell, std::function<bool()> isStopped);
    // To whoever follows the verb; in JSON on request, else on a terminal as a line of stderr.
    // Stopped by signals and by cancelling the question.
    WorkProgress(Output& output, bool isRequested);
    WorkProgress(const WorkProgress&) = delete;
    WorkProgress& operator=(const WorkProgress&) = delete;

    // For data::LoadSettings::progress, while this lives.
    std::function<bool(const data::ReadProgress&)> reading();
    // So many rows are going to be tokenised.
    void beginTokenizing(int64_t rows);
    // For text::RenderSettings::eachText, while this lives; throws Failure(stopped).
    std::function<void()> tokenizing();
    void endTokenizing();

private:
    void tell(const contract::event::Progress& progress, bool isEnd);

    Tell m_tell;
    std::function<bool()> m_isStopped;
    std::chrono::steady_clock::time_point m_last = std::chrono::steady_clock::now();
    int64_t m_rows = 0; // to be tokenised
    int64_t m_done = 0;
};

// "reading 1.2 GB of 2.0 GB, 3 400 000 rows"
std::string progressText(const contract::event::Progress& progress);

} // namespace engine::worker
