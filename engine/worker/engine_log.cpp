// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/engine_log.h"

#include "engine/contract/event.h"
#include "engine/device/failure.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>

namespace engine::worker {

namespace event = contract::event;

namespace {

constexpr auto kLevelNames = std::to_array<std::string_view>({"error", "warning", "info", "debug"});

LogLevel levelOf(std::string_view kind)
{
    if (kind == event::Failed::kKind) {
        return LogLevel::Error;
    }
    if (kind == event::Warning::kKind || kind == event::Incident::kKind) {
        return LogLevel::Warning;
    }
    return kind == event::Step::kKind ? LogLevel::Debug : LogLevel::Info;
}

} // namespace

LogLevel parseLogLevel(std::string_view name)
{
    for (std::size_t i = 0; i < kLevelNames.size(); ++i) {
        if (kLevelNames[i] == name) {
            return static_cast<LogLevel>(i);
        }
    }
    return LogLevel::Info;
}

EngineLog::EngineLog(const std::filesystem::path& path, LogLevel level)
    : m_file(path), m_level(level), m_stderr(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3))
{
    const device::Descriptor log(path, O_WRONLY | O_APPEND, device::Access::Write);
    dup2(log.get(), STDERR_FILENO);
}

EngineLog::~EngineLog()
{
    std::fflush(stderr);
    dup2(m_stderr.get(), STDERR_FILENO);
}

void EngineLog::note(const contract::Message& event)
{
    const LogLevel level = levelOf(event.kind);
    if (level > m_level || event.kind == event::kAlive) {
        return;
    }
    append(event.time, level, event.kind + " " + toJson(event.body));
}

void EngineLog::note(const std::string& text)
{
    if (LogLevel::Info <= m_level) {
        append(contract::utcTime(std::chrono::system_clock::now()), LogLevel::Info, text);
    }
}

void EngineLog::append(const std::string& time, LogLevel level, const std::string& text)
{
    try {
        m_file.appendLine(time + " " + std::string(kLevelNames[static_cast<std::size_t>(level)])
                          + " " + text);
    } catch (const Failure&) {
        // The journal reports a full disk.
    }
}

} // namespace engine::worker
