// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/question_queue.h"

#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/device/signals.h"
#include "engine/worker/catalogue.h"
#include "engine/worker/command_line.h"
#include "engine/worker/command_reader.h"
#include "engine/worker/errors.h"

#include <sstream>

namespace engine::worker {

using contract::Value;
namespace command = contract::command;
namespace event = contract::event;

namespace {

// Larger answers become files: a line holds at most 1 MiB with its frame.
constexpr std::size_t kLargestInlineAnswer = contract::kMaximumLineBytes - 4096;

std::string argumentText(const Value& value)
{
    return value.isString() ? value.toString() : toJson(value);
}

} // namespace

QuestionQueue::QuestionQueue(std::filesystem::path scratch, EventWriter::Stream stream)
    : m_scratch(std::move(scratch)), m_events(std::move(stream))
{
}

void QuestionQueue::run()
{
    m_events.send(hello());

    CommandReader::Handlers handlers;
    handlers.onCommand = [this](const contract::Message& message) { take(message); };
    handlers.onEndOfInput = [this] {
        const std::lock_guard lock(m_mutex);
        m_ends = true;
        m_changed.notify_all();
    };
    handlers.onAlive = [this] { m_events.sendKind(event::kAlive); };
    const CommandReader reader(std::nullopt, true, handlers);
    std::unique_lock lock(m_mutex);
    while (!m_ends && !device::stopRequested()) {
        m_changed.wait_for(lock, std::chrono::milliseconds(200));
        while (!m_waiting.empty()) {
            const command::Ask ask = std::move(m_waiting.front());
            m_waiting.pop_front();
            m_current = ask.id;
            lock.unlock();
            answerNext(ask);
            lock.lock();
            m_current.clear();
        }
    }
}

void QuestionQueue::take(const contract::Message& message)
{
    const std::lock_guard lock(m_mutex);
    if (message.kind == command::kStop) {
        m_ends = true;
    } else if (message.kind == command::Cancel::kKind) {
        if (const auto cancel = contract::readMessage<command::Cancel>(message)) {
            drop(cancel.value().id);
        }
    } else if (message.kind == command::Ask::kKind) {
        if (auto ask = contract::readMessage<command::Ask>(message)) {
            if (ask.value().question == "estimate") {
                std::erase_if(m_waiting, [](const command::Ask& other) {
                    return other.question == "estimate";
                });
            }
            m_waiting.push_back(std::move(ask).value());
        }
    }
    m_changed.notify_all();
}

void QuestionQueue::drop(const std::string& id)
{
    std::erase_if(m_waiting, [&id](const command::Ask& ask) { return ask.id == id; });
    if (m_current == id) {
        m_cancelled.insert(id);
    }
}

void QuestionQueue::answerNext(const command::Ask& ask)
{
    event::Answer result;
    result.id = ask.id;
    try {
        result.value = answer(argumentsOf(ask));
    } catch (...) {
        result.error = contract::errorSchema().toValue(currentError());
    }
    if (!wasCancelled(ask.id)) {
        sendAnswer(std::move(result));
    }
}

void QuestionQueue::sendAnswer(event::Answer answer)
{
    const std::string text = toJson(answer.value);
    if (text.size() > kLargestInlineAnswer) {
        answer.file = "answer-" + answer.id + ".json";
        answer.value = Value();
        device::writeFileAtomically(m_scratch / std::filesystem::path(answer.file).filename(),
                                    text + "\n");
    }
    m_events.send(answer);
}

bool QuestionQueue::wasCancelled(const std::string& id)
{
    const std::lock_guard lock(m_mutex);
    return m_cancelled.erase(id) > 0;
}

std::vector<std::string> argumentsOf(const command::Ask& ask)
{
    std::vector<std::string> arguments;
    std::istringstream words(ask.question);
    for (std::string word; words >> word;) {
        arguments.push_back(word);
    }
    for (const auto& [key, value] : ask.arguments.toObject()) {
        std::string option = "--" + key;
        std::replace(option.begin(), option.end(), '_', '-');
        if (value.isBool()) {
            if (value.toBool()) {
                arguments.push_back(option);
            }
        } else if (value.isList()) {
            for (const Value& item : value.toList()) {
                arguments.push_back(option);
                arguments.push_back(argumentText(item));
            }
        } else if (!value.isNull()) {
            arguments.push_back(option + "=" + argumentText(value));
        }
    }
    return arguments;
}

} // namespace engine::worker
