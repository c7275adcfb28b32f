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

template <typename Question>
const std::string& idOf(const Question& question)
{
    return std::visit([](const auto& content) -> const std::string& { return content.id; },
                      question);
}

bool isEstimate(const std::variant<command::Ask, command::Prompt>& question)
{
    const auto* ask = std::get_if<command::Ask>(&question);
    return ask != nullptr && ask->question == "estimate";
}

event::Token tokenEvent(const std::string& id, int64_t pane, const generate::GeneratedToken& token)
{
    event::Token told{id, pane, token.text, token.id, {}, {}};
    if (token.id >= 0) {
        told.logprob = token.logProbability;
    }
    for (const auto& alternative : token.alternatives) {
        told.top.push_back({alternative.id, alternative.text, alternative.logProbability});
    }
    return told;
}

} // namespace

QuestionQueue::QuestionQueue(std::filesystem::path scratch,
                             const CommonOptions& common,
                             EventWriter::Stream stream)
    : m_scratch(std::move(scratch)), m_events(std::move(stream)), m_chat(common)
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
            const Question question = std::move(m_waiting.front());
            m_waiting.pop_front();
            m_current = idOf(question);
            lock.unlock();
            answerNext(question);
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
        enqueue<command::Ask>(message);
    } else if (message.kind == command::Prompt::kKind) {
        enqueue<command::Prompt>(message);
    }
    m_changed.notify_all();
}

template <typename T>
void QuestionQueue::enqueue(const contract::Message& message)
{
    auto parsed = contract::readMessage<T>(message);
    if (!parsed) {
        const std::string& id = message.body["id"].toString();
        m_events.send(event::Answer{id, {}, {}, contract::errorSchema().toValue(parsed.error())});
        return;
    }
    Question question = std::move(parsed).value();
    if (isEstimate(question)) {
        std::erase_if(m_waiting, isEstimate);
    }
    m_waiting.push_back(std::move(question));
}

void QuestionQueue::drop(const std::string& id)
{
    const std::size_t dropped = std::erase_if(m_waiting, [&id](const Question& question) {
        return std::holds_alternative<command::Ask>(question) && idOf(question) == id;
    });
    const bool isKnown =
        m_current == id || std::any_of(m_waiting.begin(), m_waiting.end(), [&](const auto& other) {
            return idOf(other) == id;
        });
    if (dropped == 0 && isKnown) {
        m_cancelled.insert(id);
    }
}

void QuestionQueue::answerNext(const Question& question)
{
    event::Answer result;
    result.id = idOf(question);
    try {
        result.value =
            std::visit([this](const auto& content) { return valueOf(content); }, question);
    } catch (...) {
        result.error = contract::errorSchema().toValue(currentError());
    }
    const bool isChat = std::holds_alternative<command::Prompt>(question);
    if (isChat || !isCancelled(result.id, false)) {
        sendAnswer(result);
    }
    const std::lock_guard lock(m_mutex);
    m_cancelled.erase(result.id);
}

Value QuestionQueue::valueOf(const command::Ask& ask)
{
    Follower follower;
    follower.onProgress = [this, &ask](event::Progress progress) {
        progress.id = ask.id;
        m_events.send(progress);
    };
    follower.isCancelled = [this, &ask] { return isCancelled(ask.id, true); };
    return answer(argumentsOf(ask), follower);
}

Value QuestionQueue::valueOf(const command::Prompt& prompt)
{
    ChatSession::Listener listener;
    listener.onPhase = [this](std::string_view name) {
        m_events.send(event::Phase{std::string(name)});
    };
    listener.onToken = [this, &prompt](int64_t pane, const generate::GeneratedToken& token) {
        m_events.send(tokenEvent(prompt.id, pane, token));
    };
    listener.isCancelled = [this, &prompt] { return isCancelled(prompt.id, true); };
    return m_chat.answer(prompt, listener);
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

bool QuestionQueue::isCancelled(const std::string& id, bool alsoByTheEnd)
{
    const std::lock_guard lock(m_mutex);
    return m_cancelled.contains(id) || (alsoByTheEnd && (m_ends || device::stopRequested()));
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
