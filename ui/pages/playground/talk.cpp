// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/playground/talk.h"

#include "app/base/text.h"

#include <QSignalBlocker>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ui::pages::playground {

namespace {

using app::qs;
using app::stdString;
using app::engine::ChatService;
using ::engine::contract::Error;
using ::engine::contract::Value;
namespace event = ::engine::contract::event;

constexpr std::chrono::milliseconds kTellEvery(33);

Value message(const char* role, const QString& content)
{
    return Value::object({{"role", role}, {"content", stdString(content)}});
}

// What this pane was asked and answered so far, the last question included.
Value historyOf(const std::vector<Exchange>& exchanges, std::size_t pane)
{
    Value messages = Value::List();
    for (const Exchange& exchange : exchanges) {
        messages.append(message("user", exchange.question));
        const bool isLast = &exchange == &exchanges.back();
        if (!isLast && pane < exchange.answers.size()) {
            messages.append(message("assistant", exchange.answers[pane].text));
        }
    }
    return messages;
}

} // namespace

Talk::Talk(ChatService& chat, app::library::Library& library, QObject* parent)
    : QObject(parent), m_chat(chat), m_library(library)
{
    m_told.setSingleShot(true);
    m_told.setInterval(kTellEvery);
    connect(&m_told, &QTimer::timeout, this, &Talk::tell);
    connect(&m_chat, &ChatService::token, this, &Talk::onToken);
    connect(&m_chat, &ChatService::answered, this, &Talk::onAnswered);
    connect(&m_chat, &ChatService::failed, this, &Talk::onFailed);
    connect(&m_chat, &ChatService::stateChanged, this, &Talk::onServiceState);
}

// The page goes, such as when the language changes: nobody would hear the rest.
Talk::~Talk()
{
    if (isRunning()) {
        const QSignalBlocker nobodyListens(this);
        forget();
        keep();
    }
}

const Exchange* Talk::current() const
{
    return m_conversation.exchanges.empty() ? nullptr : &m_conversation.exchanges.back();
}

bool Talk::isRunning() const
{
    return std::any_of(m_ids.begin(), m_ids.end(), [](const QString& id) { return !id.isEmpty(); });
}

int Talk::writingPane() const
{
    const auto first =
        std::find_if(m_ids.begin(), m_ids.end(), [](const QString& id) { return !id.isEmpty(); });
    return first == m_ids.end() ? -1 : int(first - m_ids.begin());
}

void Talk::setModel(const QString& folder)
{
    m_conversation.model = folder;
    Q_EMIT setupChanged();
}

void Talk::setSystem(const QString& system)
{
    m_conversation.system = system;
    Q_EMIT setupChanged();
}

void Talk::setSampling(const ::engine::contract::Sampling& sampling)
{
    m_conversation.sampling = sampling;
    Q_EMIT setupChanged();
}

void Talk::setSameSeed(bool same)
{
    m_conversation.sameSeed = same;
    Q_EMIT setupChanged();
}

void Talk::setPaneCount(int count)
{
    stop();
    m_conversation.panes.resize(std::size_t(std::clamp(count, 1, kMostPanes)));
    for (Exchange& exchange : m_conversation.exchanges) {
        // Answers of panes that were closed stay: they come back with the pane.
        exchange.answers.resize(std::max(exchange.answers.size(), m_conversation.panes.size()));
    }
    Q_EMIT setupChanged();
    Q_EMIT exchangesChanged();
}

void Talk::setAdapter(int pane, const std::optional<AdapterChoice>& adapter)
{
    m_conversation.panes[std::size_t(pane)].adapter = adapter;
    Q_EMIT setupChanged();
}

void Talk::setScale(int pane, double scale)
{
    m_conversation.panes[std::size_t(pane)].scale = scale;
    Q_EMIT setupChanged();
}

void Talk::send(const QString& question)
{
    if (isRunning() || m_conversation.model.isEmpty() || question.trimmed().isEmpty()) {
        return;
    }
    m_conversation.exchanges.push_back({question, {}});
    ask();
}

void Talk::again()
{
    if (isRunning() || m_conversation.exchanges.empty() || m_conversation.model.isEmpty()) {
        return;
    }
    m_conversation.exchanges.back().answers.clear();
    ask();
}

// One turn for each pane: their histories differ. The engine keeps the model between them.
void Talk::ask()
{
    Exchange& exchange = m_conversation.exchanges.back();
    exchange.answers.resize(m_conversation.panes.size());
    for (std::size_t pane = 0; pane < m_conversation.panes.size(); ++pane) {
        const PaneSetup& setup = m_conversation.panes[pane];
        exchange.answers[pane].adapter = setup.adapter;
        exchange.answers[pane].scale = setup.scale;
        app::engine::ChatTurn turn;
        turn.model = m_conversation.model;
        turn.system = m_conversation.system;
        turn.messages = historyOf(m_conversation.exchanges, pane);
        turn.panes.resize(1);
        turn.panes[0].sampling = m_conversation.sampling;
        turn.panes[0].sampling.seed += m_conversation.sameSeed ? 0 : int64_t(pane);
        if (setup.adapter) {
            turn.panes[0].adapters = {{stdString(setup.adapter->path), setup.scale}};
        }
        m_ids[pane] = m_chat.send(turn);
    }
    Q_EMIT exchangesChanged();
    Q_EMIT runningChanged();
    onServiceState();
}

void Talk::stop()
{
    for (const QString& id : m_ids) {
        if (!id.isEmpty()) {
            m_chat.cancel(id);
        }
    }
}

void Talk::startNew()
{
    Conversation fresh = m_conversation;
    fresh.row = 0;
    fresh.exchanges.clear();
    load(fresh);
}

void Talk::load(const Conversation& conversation)
{
    if (isRunning()) {
        forget();
        keep();
    }
    m_grew.fill(false);
    m_conversation = conversation;
    Q_EMIT setupChanged();
    Q_EMIT exchangesChanged();
    Q_EMIT runningChanged();
}

// Stops what is under way without waiting for the answer.
void Talk::forget()
{
    stop();
    m_ids.fill({});
    if (!m_conversation.exchanges.empty()) {
        for (Answer& answer : m_conversation.exchanges.back().answers) {
            answer.state = answer.isBusy() ? Answer::State::Stopped : answer.state;
        }
    }
}

Answer* Talk::answerOf(const QString& id, int* pane)
{
    const auto found = std::find(m_ids.begin(), m_ids.end(), id);
    if (found == m_ids.end() || id.isEmpty()) {
        return nullptr;
    }
    *pane = int(found - m_ids.begin());
    return &m_conversation.exchanges.back().answers[std::size_t(*pane)];
}

void Talk::onServiceState()
{
    const int pane = writingPane();
    if (pane < 0) {
        return;
    }
    Answer& answer = m_conversation.exchanges.back().answers[std::size_t(pane)];
    const ChatService::State state = m_chat.state();
    if (answer.state == Answer::State::Waiting
        && (state == ChatService::State::LoadingModel || state == ChatService::State::Starting)) {
        answer.state = Answer::State::Loading;
    } else if (answer.isBusy() && state == ChatService::State::Writing) {
        answer.state = Answer::State::Writing;
    }
    Q_EMIT answerChanged(pane);
}

void Talk::onToken(const event::Token& token)
{
    int pane = 0;
    Answer* const answer = answerOf(qs(token.id), &pane);
    if (!answer) {
        return;
    }
    answer->state = Answer::State::Writing;
    answer->text += qs(token.text);
    if (token.token >= 0) {
        WrittenToken written;
        written.id = token.token;
        written.probability = std::exp(token.logprob.value_or(0));
        written.end = answer->text.size();
        for (const event::Alternative& rival : token.top) {
            written.top.push_back({qs(rival.text), std::exp(rival.logprob)});
        }
        answer->tokens.push_back(std::move(written));
        ++answer->tokenCount;
    } else if (!answer->tokens.empty()) {
        answer->tokens.back().end = answer->text.size();
    }
    m_grew[std::size_t(pane)] = true;
    if (!m_told.isActive()) {
        m_told.start();
    }
}

void Talk::tell()
{
    for (std::size_t pane = 0; pane < m_grew.size(); ++pane) {
        if (std::exchange(m_grew[pane], false)) {
            Q_EMIT answerChanged(int(pane));
        }
    }
}

void Talk::onAnswered(const QString& id, const Value& value)
{
    int pane = 0;
    Answer* const answer = answerOf(id, &pane);
    if (!answer) {
        return;
    }
    const Value::List& panes = value["panes"].toList();
    const Value told = panes.empty() ? Value() : panes.front();
    if (told["error"].isObject()) {
        answer->error = app::engine::errorOf(told["error"]);
        answer->state = Answer::State::Failed;
    } else {
        answer->stop = qs(told["stop"].toString());
        answer->tokensPerSecond = told["tokens_per_second"].toDouble();
        answer->templateName = qs(told["template"]["name"].toString());
        answer->templateFrom = qs(told["template"]["from"].toString());
        answer->state = answer->stop == QLatin1String("cancelled") ? Answer::State::Stopped
                                                                   : Answer::State::Done;
    }
    const Value::List& used = told["adapters"].toList();
    if (answer->adapter && !used.empty() && !used.front()["sha256"].toString().empty()) {
        answer->adapter->sha256 = qs(used.front()["sha256"].toString());
    }
    if (!used.empty() && used.front()["trained_on"].isObject()) {
        answer->precision = Value::object(
            {{"trained_on", used.front()["trained_on"]}, {"held_in", used.front()["held_in"]}});
    }
    finish(pane);
}

void Talk::onFailed(const QString& id, const Error& error)
{
    int pane = 0;
    Answer* const answer = answerOf(id, &pane);
    if (!answer) {
        return;
    }
    answer->error = error;
    answer->state = Answer::State::Failed;
    finish(pane);
}

void Talk::finish(int pane)
{
    m_ids[std::size_t(pane)].clear();
    m_grew[std::size_t(pane)] = false;
    Q_EMIT answerChanged(pane);
    onServiceState();
    if (!isRunning()) {
        keep();
        Q_EMIT runningChanged();
    }
}

void Talk::keep()
{
    app::library::Chat chat;
    chat.row = m_conversation.row;
    chat.title = m_conversation.title();
    chat.model = m_conversation.model;
    chat.content = toValue(m_conversation);
    // A library that cannot be written has said so on Home; the talk goes on.
    if (const auto row = m_library.chats().save(chat)) {
        m_conversation.row = row.value();
        Q_EMIT kept();
    }
}

} // namespace ui::pages::playground
