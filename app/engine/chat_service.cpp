// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/chat_service.h"

#include "app/base/task.h"
#include "app/base/text.h"
#include "app/engine/answer_file.h"

#include <QDir>

#include <algorithm>

namespace app::engine {

namespace command = contract::command;
namespace event = contract::event;
using contract::Result;
using contract::Value;

ChatService::ChatService(QString program,
                         QString scratch,
                         QString logFile,
                         Patience patience,
                         std::chrono::milliseconds idle,
                         QObject* parent)
    : QObject(parent), m_program(std::move(program)), m_scratch(std::move(scratch)),
      m_logFile(std::move(logFile)), m_patience(patience)
{
    m_idle.setSingleShot(true);
    m_idle.setInterval(idle);
    connect(&m_idle, &QTimer::timeout, this, &ChatService::release);
}

ChatService::~ChatService() = default;

QString ChatService::logTail() const
{
    return m_process ? m_process->logTail() : m_lastLog;
}

QString ChatService::send(const ChatTurn& turn)
{
    const QString id = QString::number(++m_lastId);
    command::Prompt prompt;
    prompt.id = stdString(id);
    prompt.model = stdString(turn.model);
    prompt.messages = turn.messages;
    prompt.system = stdString(turn.system);
    if (!turn.chatTemplate.isEmpty()) {
        prompt.chatTemplate = stdString(turn.chatTemplate);
    }
    prompt.panes = turn.panes;
    m_turns.push_back({id, std::move(prompt)});
    m_idle.stop();
    // Later, so that nothing is answered from inside send().
    QMetaObject::invokeMethod(this, &ChatService::sendWaiting, Qt::QueuedConnection);
    return id;
}

void ChatService::cancel(const QString& id)
{
    const auto turn = std::find_if(
        m_turns.begin(), m_turns.end(), [&id](const Turn& other) { return other.id == id; });
    if (turn == m_turns.end()) {
        return;
    }
    if (turn->wasSent && m_process) {
        // An engine that has just ended fails the turn by itself.
        static_cast<void>(m_process->send(contract::makeMessage(command::Cancel{stdString(id)})));
        return;
    }
    // Nothing was written: the answer that the engine would have given.
    Value panes = Value::List();
    for (std::size_t i = 0; i < turn->prompt.panes.size(); ++i) {
        panes.append(Value::object({{"text", ""},
                                    {"ids", Value::List()},
                                    {"logprobs", Value::List()},
                                    {"stop", "cancelled"},
                                    {"adapters", Value::List()}}));
    }
    QMetaObject::invokeMethod(
        this,
        [this, id, panes] {
            deliver(id, Value::object({{"panes", panes}}));
        },
        Qt::QueuedConnection);
}

void ChatService::release()
{
    if (m_process) {
        m_lastLog = m_process->logTail();
    }
    retireProcess();
    m_model.clear();
    setState(State::Off);
    failAll({std::string(contract::code::kStopped),
             stdString(tr("The engine was ended before it had answered")),
             stdString(tr("Ask again")),
             ""});
}

// Perhaps called from one of its own signals.
void ChatService::retireProcess()
{
    m_idle.stop();
    m_saidHello = false;
    if (m_process) {
        m_process->disconnect(this);
        m_process->kill();
        m_process.release()->deleteLater();
    }
}

void ChatService::launch()
{
    QDir().mkpath(m_scratch);
    m_process = std::make_unique<EngineProcess>(
        m_program, EngineProcess::OnSilence::TerminateThenKill, m_patience);
    if (!m_logFile.isEmpty()) {
        m_process->setLogFile(m_logFile);
    }
    connect(m_process.get(), &EngineProcess::line, this, &ChatService::onLine);
    connect(m_process.get(), &EngineProcess::finished, this, &ChatService::onFinished);
    setState(State::Starting);
    m_process->start({QStringLiteral("serve"), QStringLiteral("--scratch"), m_scratch});
}

void ChatService::onLine(const std::string& text)
{
    const auto parsed = contract::parseLine(contract::Speaker::Engine, text);
    if (!parsed) {
        return;
    }
    const contract::Message& message = parsed.value();
    if (message.kind == event::Hello::kKind) {
        onHello(message);
    } else if (message.kind == event::Phase::kKind) {
        onPhase(message.body["name"].toString());
    } else if (message.kind == event::Token::kKind) {
        if (const auto told = contract::readMessage<event::Token>(message)) {
            Q_EMIT token(told.value());
        }
    } else if (message.kind == event::Answer::kKind) {
        if (auto told = contract::readMessage<event::Answer>(message)) {
            onAnswer(std::move(told).value());
        }
    }
}

void ChatService::onHello(const contract::Message& message)
{
    const int64_t protocol = message.body["protocol"].toInteger();
    if (protocol != contract::kProtocolVersion) {
        retireProcess();
        setState(State::Off);
        failAll({std::string(contract::code::kNewerFormat),
                 stdString(tr("The engine speaks protocol %1, this program %2")
                               .arg(protocol)
                               .arg(contract::kProtocolVersion)),
                 stdString(tr("Install the studio and the engine of one version")),
                 stdString(m_program)});
        return;
    }
    m_saidHello = true;
    sendWaiting();
}

void ChatService::onPhase(const std::string& name)
{
    if (name == "loading_model") {
        setState(State::LoadingModel);
    } else if (name == "generating") {
        setState(State::Writing);
    }
}

void ChatService::onAnswer(event::Answer answer)
{
    const QString id = qs(answer.id);
    if (answer.error.isObject()) {
        deliver(id, errorOf(answer.error));
    } else if (answer.file.empty()) {
        deliver(id, std::move(answer.value));
    } else {
        runThen(
            this,
            [scratch = m_scratch, file = qs(answer.file)] { return takeAnswerFile(scratch, file); },
            [this, id](const Result<Value>& result) { deliver(id, result); });
    }
}

void ChatService::onFinished(const ProcessEnd& end)
{
    m_lastLog = m_process->logTail();
    retireProcess();
    m_model.clear();
    setState(State::Off);
    const QString cause = end.wasSilent  ? tr("The engine no longer answered and was ended")
                          : end.didStart ? tr("The engine ended unexpectedly (%1)").arg(end.cause())
                                         : tr("The engine could not be started");
    failAll(
        {std::string(end.didStart ? contract::code::kInternal : contract::code::kNotFound),
         stdString(cause),
         stdString(end.didStart ? m_lastLog : tr("Check that the program is there and may be run")),
         stdString(m_program)});
}

void ChatService::sendWaiting()
{
    if (m_turns.empty()) {
        return;
    }
    if (!m_process) {
        launch();
    }
    if (!m_saidHello) {
        return;
    }
    std::vector<std::pair<QString, contract::Error>> refused;
    for (Turn& turn : m_turns) {
        if (turn.wasSent) {
            continue;
        }
        turn.wasSent = true;
        m_model = qs(turn.prompt.model);
        if (const auto sent = m_process->send(contract::makeMessage(turn.prompt)); !sent) {
            refused.emplace_back(turn.id, sent.error());
        }
    }
    for (const auto& [id, error] : refused) {
        deliver(id, error);
    }
}

void ChatService::deliver(const QString& id, const Result<Value>& result)
{
    if (std::erase_if(m_turns, [&id](const Turn& turn) { return turn.id == id; }) == 0) {
        return;
    }
    if (m_turns.empty() && m_process) {
        setState(State::Ready);
        m_idle.start();
    }
    if (result) {
        Q_EMIT answered(id, result.value());
    } else {
        Q_EMIT failed(id, result.error());
    }
}

void ChatService::failAll(const contract::Error& error)
{
    const std::vector<Turn> turns = std::move(m_turns);
    m_turns.clear();
    for (const Turn& turn : turns) {
        Q_EMIT failed(turn.id, error);
    }
}

void ChatService::setState(State state)
{
    if (m_state != state) {
        m_state = state;
        Q_EMIT stateChanged();
    }
}

} // namespace app::engine
