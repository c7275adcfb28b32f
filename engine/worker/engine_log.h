// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// RUN/engine.log: a line per event worth reading, and whatever libraries print to stderr while it
// is open. Thread-safe.
#pragma once

#include "engine/contract/message.h"
#include "engine/device/append_file.h"
#include "engine/device/descriptor.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace engine::worker {

enum class LogLevel { Error, Warning, Info, Debug };

// "error", "warning", "info", "debug"; anything else is Info.
LogLevel parseLogLevel(std::string_view name);

class EngineLog
{
public:
    // Appends to the file. stderr leads into it until the destructor puts it back.
    EngineLog(const std::filesystem::path& path, LogLevel level);
    EngineLog(const EngineLog&) = delete;
    EngineLog& operator=(const EngineLog&) = delete;
    ~EngineLog();

    // "2026-03-01T14:22:08.123Z warning early_stop: …" where the event's level is asked for. A full
    // disk costs the line, not the run.
    void note(const contract::Message& event);
    // A line that is no event, at the level of information.
    void note(const std::string& text);

private:
    void append(const std::string& time, LogLevel level, const std::string& text);

    device::AppendFile m_file;
    LogLevel m_level;
    device::Descriptor m_stderr; // what stderr was
};

} // namespace engine::worker
