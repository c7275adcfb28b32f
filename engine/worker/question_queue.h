// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The idle worker that answers the studio: questions come in on the reader thread and are answered
// one after the other on the compute thread, with `progress` while data is read. A newer `estimate`
// supersedes the waiting one; a cancelled question is dropped, and ended where it reads data; a
// cancelled chat turn is answered with what was written.
#pragma once

#include "engine/contract/command.h"
#include "engine/worker/chat_session.h"
#include "engine/worker/event_writer.h"

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <set>
#include <string>
#include <variant>

namespace engine::worker {

class QuestionQueue
{
public:
    // `common`: how chat turns compute.
    QuestionQueue(std::filesystem::path scratch,
                  const CommonOptions& common,
                  EventWriter::Stream stream);

    // Says hello and answers until stdin ends or a stop is asked for.
    void run();

private:
    using Question = std::variant<contract::command::Ask, contract::command::Prompt>;

    void take(const contract::Message& command);
    template <typename T>
    void enqueue(const contract::Message& command);
    void drop(const std::string& id);
    void answerNext(const Question& question);
    contract::Value valueOf(const contract::command::Ask& ask);
    contract::Value valueOf(const contract::command::Prompt& prompt);
    void sendAnswer(contract::event::Answer answer);
    bool isCancelled(const std::string& id, bool alsoByTheEnd);

    std::filesystem::path m_scratch;
    EventWriter m_events;
    ChatSession m_chat;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Question> m_waiting;
    std::string m_current;             // id being answered
    std::set<std::string> m_cancelled; // ids whose answer is no longer wanted
    bool m_ends = false;
};

// {"model": DIR, "tree": true, "set": ["a=b"]} → --model DIR --tree --set a=b after the verb's
// words.
std::vector<std::string> argumentsOf(const contract::command::Ask& ask);

} // namespace engine::worker
