// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The idle worker that answers the studio: questions come in on the reader thread and are answered
// one after the other on the compute thread. A newer `estimate` supersedes the waiting one; a
// cancelled question is dropped.
#pragma once

#include "engine/contract/command.h"
#include "engine/worker/event_writer.h"

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <set>
#include <string>

namespace engine::worker {

class QuestionQueue
{
public:
    QuestionQueue(std::filesystem::path scratch, EventWriter::Stream stream);

    // Says hello and answers until stdin ends or a stop is asked for.
    void run();

private:
    void take(const contract::Message& command);
    void drop(const std::string& id);
    void answerNext(const contract::command::Ask& ask);
    void sendAnswer(contract::event::Answer answer);
    bool wasCancelled(const std::string& id);

    std::filesystem::path m_scratch;
    EventWriter m_events;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<contract::command::Ask> m_waiting;
    std::string m_current;             // id being answered
    std::set<std::string> m_cancelled; // ids whose answer is no longer wanted
    bool m_ends = false;
};

// {"model": DIR, "tree": true, "set": ["a=b"]} → --model DIR --tree --set a=b after the verb's
// words.
std::vector<std::string> argumentsOf(const contract::command::Ask& ask);

} // namespace engine::worker
