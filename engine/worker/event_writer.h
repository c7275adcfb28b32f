// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Numbers and times every event of a run and puts it where it belongs: the journal and the stream
// to whoever listens. Thread-safe: the compute thread sends events, the reader thread `alive` and
// `stopping`.
#pragma once

#include "engine/contract/event.h"
#include "engine/device/append_file.h"

#include <chrono>
#include <filesystem>
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

    explicit EventWriter(Stream stream) : m_stream(std::move(stream)) {}

    // Also writes to this journal from now on. A torn last line is cut; numbering goes on where the
    // journal stopped.
    void openJournal(const std::filesystem::path& path);

    template <typename T>
    void send(const T& content)
    {
        sendMessage(contract::makeMessage(content), true);
    }
    // A kind without content; `alive` is not journalled.
    void sendKind(std::string_view kind);
    void sendError(const contract::Error& error);

private:
    void sendMessage(contract::Message message, bool journalled);

    std::mutex m_mutex;
    Stream m_stream;
    std::optional<device::AppendFile> m_journal;
    int64_t m_sequence = 0;
};

} // namespace engine::worker
