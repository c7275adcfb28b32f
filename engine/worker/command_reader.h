// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Reads commands on a thread of its own while the compute thread works: from stdin, and from lines
// appended to RUN/control.jsonl. It only calls the handlers, which set flags or send events. Joined
// by the destructor.
#pragma once

#include "engine/contract/message.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>

namespace engine::worker {

class CommandReader
{
public:
    struct Handlers
    {
        std::function<void(const contract::Message& command)> onCommand;
        std::function<void()> onEndOfInput; // stdin was closed
        std::function<void()> onAlive;      // every 5 s
    };

    // `controlFile`: lines appended from now on are obeyed. `readsInput`: stdin too.
    CommandReader(std::optional<std::filesystem::path> controlFile,
                  bool readsInput,
                  Handlers handlers);
    CommandReader(const CommandReader&) = delete;
    CommandReader& operator=(const CommandReader&) = delete;
    ~CommandReader();

private:
    void loop();
    void readInput();
    void readControlFile();
    void takeLines(std::string& buffer);

    std::optional<std::filesystem::path> m_controlFile;
    bool m_readsInput;
    Handlers m_handlers;
    std::uintmax_t m_controlOffset = 0;
    std::string m_inputBuffer;
    std::string m_controlBuffer;
    std::atomic<bool> m_ends = false;
    std::thread m_thread;
};

} // namespace engine::worker
