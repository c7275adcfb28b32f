// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Numbers and times every event of a run and puts it where it belongs: the journal, the log and the
// stream to whoever listens. Thread-safe: the compute thread sends events, the reader thread
// `alive` and `stopping`.
#pragma once

#include "engine/contract/event.h"
#include "engine/contract/run_folder.h"
#include "engine/device/append_file.h"
#include "engine/worker/engine_log.h"

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace engine::worker {

class EventWriter
{
public:
    // Receives each event as message and as line (with its line feed).
    using Stream = std::function<void(const contract::Message& message, const std::string& line)>;

    explicit EventWriter(Stream stream, LogLevel logLevel = LogLevel::Info)
        : m_stream(std::move(stream)), m_logLevel(logLevel)
    {
    }

    // Also writes to this run's journal and log from now on. A torn last line of the journal is
    // cut; numbering goes on where it stopped.
    void openJournal(const contract::RunFolder& run);

    template <typename T>
    void send(const T& content)
    {
        sendMessage(contract::makeMessage(content), Journal::Required);
    }
    // A kind without content; `alive` is not journalled. Does not throw, as sendError: a full disk
    // keeps them out of the journal only.
    void sendKind(std::string_view kind);
    void sendError(const contract::Error& error);

    // A line of the log alone.
    void note(const std::string& text);

private:
    enum class Journal { Required, IfPossible, No };

    void sendMessage(contract::Message message, Journal journal);
    void append(std::string_view line, Journal journal);

    std::mutex m_mutex;
    Stream m_stream;
    LogLevel m_logLevel;
    std::optional<EngineLog> m_log;
    std::optional<device::AppendFile> m_journal;
    int64_t m_sequence = 0;
};

} // namespace engine::worker
