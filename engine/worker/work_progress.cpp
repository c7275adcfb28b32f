// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/work_progress.h"

#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/device/signals.h"
#include "engine/worker/event_writer.h"

#include <unistd.h>

#include <cstdio>
#include <memory>

namespace engine::worker {

namespace event = contract::event;

namespace {

constexpr auto kPause = std::chrono::milliseconds(100);
constexpr const char* kReading = "reading";
constexpr const char* kTokenizing = "tokenizing";

// One line of a terminal that is written again and again, and gone at the end.
class TerminalLine
{
public:
    TerminalLine() = default;
    TerminalLine(const TerminalLine&) = delete;
    TerminalLine& operator=(const TerminalLine&) = delete;
    ~TerminalLine()
    {
        if (m_isDrawn) {
            std::fputs("\r\033[K", stderr);
        }
    }

    void draw(const std::string& text)
    {
        std::fputs(("\r\033[K" + text).c_str(), stderr);
        m_isDrawn = true;
    }

private:
    bool m_isDrawn = false;
};

WorkProgress::Tell tellOf(Output& output, bool isRequested)
{
    if (output.follower().onProgress) {
        return output.follower().onProgress;
    }
    if (output.isJson()) {
        if (!isRequested) {
            return {};
        }
        auto events = std::make_shared<EventWriter>(
            [&output](const contract::Message&, const std::string& line) { output.write(line); });
        return [events](const event::Progress& progress) { events->send(progress); };
    }
    if (isatty(STDERR_FILENO) == 0) {
        return {};
    }
    auto line = std::make_shared<TerminalLine>();
    return [line](const event::Progress& progress) {
        line->draw(progress.done < progress.total ? progressText(progress) : "");
    };
}

} // namespace

WorkProgress::WorkProgress(Tell tell, std::function<bool()> isStopped)
    : m_tell(std::move(tell)), m_isStopped(std::move(isStopped))
{
}

WorkProgress::WorkProgress(Output& output, bool isRequested)
    : WorkProgress(tellOf(output, isRequested), [isCancelled = output.follower().isCancelled] {
          return device::stopRequested() || (isCancelled && isCancelled());
      })
{
}

std::function<bool(const data::ReadProgress&)> WorkProgress::reading()
{
    return [this](const data::ReadProgress& read) {
        tell({kReading,
              static_cast<int64_t>(read.bytes),
              static_cast<int64_t>(read.allBytes),
              read.rows},
             read.isEnd);
        return !m_isStopped();
    };
}

void WorkProgress::beginTokenizing(int64_t rows)
{
    m_rows = rows;
    m_done = 0;
}

std::function<void()> WorkProgress::tokenizing()
{
    return [this] {
        if (m_isStopped()) {
            throw Failure(code::kStopped, "tokenising the data was stopped");
        }
        tell({kTokenizing, m_done, m_rows, m_done}, false);
        ++m_done;
    };
}

void WorkProgress::endTokenizing()
{
    tell({kTokenizing, m_rows, m_rows, m_rows}, true);
}

void WorkProgress::tell(const event::Progress& progress, bool isEnd)
{
    const auto now = std::chrono::steady_clock::now();
    if (m_tell && (isEnd || now - m_last >= kPause)) {
        m_last = now;
        m_tell(progress);
    }
}

std::string progressText(const event::Progress& progress)
{
    if (progress.id != kReading) {
        return progress.id + " " + grouped(progress.done) + " of " + grouped(progress.total)
               + " rows";
    }
    const auto bytes = [](int64_t count) {
        return device::readableBytes(static_cast<uint64_t>(count));
    };
    return "reading " + bytes(progress.done) + " of " + bytes(progress.total) + ", "
           + grouped(progress.rows) + " rows";
}

} // namespace engine::worker
