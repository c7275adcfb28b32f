// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/engine_service.h"

#include "app/base/task.h"
#include "app/base/text.h"
#include "app/engine/answer_file.h"
#include "engine/contract/command.h"
#include "engine/contract/event.h"

#include <QDir>

#include <algorithm>

namespace app::engine {

namespace {

using contract::Result;
using contract::Value;
namespace command = contract::command;
namespace event = contract::event;

constexpr std::string_view kEstimate = "estimate";
// So many crashes in a row are shown; before that the engine just seems slow to start.
constexpr int kCrashesUntilFailed = 2;

} // namespace

EngineService::EngineService(
    QString program, QString scratch, QString logFile, Patience patience, QObject* parent)
    : QObject(parent), m_program(std::move(program)), m_scratch(std::move(scratch)),
      m_logFile(std::move(logFile)), m_patience(patience)
{
    m_restart.setSingleShot(true);
    connect(&m_restart, &QTimer::timeout, this, &EngineService::launch);
    m_restart.start(0);
}

EngineService::~EngineService() = default;

QString EngineService::logTail() const
{
    return m_process ? m_process->logTail() : QString();
}

QString EngineService::ask(const QString& verb, Value arguments, QObject* context, Reply reply)
{
    Q_ASSERT(context);
    const qint64 number = ++m_lastId;
    const QString id = QString::number(number);
    if (verb == qs(kEstimate)) {
        dropOlderEstimates();
    }
    Question question{verb, std::move(arguments), context, std::move(reply), false, {}};
    question.contextWatch = connect(context, &QObject::destroyed, this, [this, id] { cancel(id); });
    m_questions.emplace(number, std::move(question));
    // Later, so that no reply comes from inside ask().
    QMetaObject::invokeMethod(this, &EngineService::sendWaiting, Qt::QueuedConnection);
    return id;
}

void EngineService::cancel(const QString& id)
{
    const std::optional<Question> question = take(id);
    if (question && question->wasSent && m_process) {
        // When the engine has just ended there is nothing to cancel any more.
        static_cast<void>(m_process->send(contract::makeMessage(command::Cancel{stdString(id)})));
    }
}

void EngineService::restart()
{
    m_crashesInARow = 0;
    retireProcess();
    failAll({std::string(contract::code::kInternal),
             stdString(tr("The engine was started anew")),
             stdString(tr("Ask again")),
             ""});
    setState(State::Starting);
    m_restart.start(0);
}

// Perhaps called from one of its own signals.
void EngineService::retireProcess()
{
    if (m_process) {
        m_process->disconnect(this);
        m_process->kill();
        m_process.release()->deleteLater();
    }
}

void EngineService::launch()
{
    retireProcess();
    QDir().mkpath(m_scratch);
    m_process = std::make_unique<EngineProcess>(
        m_program, EngineProcess::OnSilence::TerminateThenKill, m_patience);
    if (!m_logFile.isEmpty()) {
        m_process->setLogFile(m_logFile);
    }
    connect(m_process.get(), &EngineProcess::line, this, &EngineService::onLine);
    connect(m_process.get(), &EngineProcess::finished, this, &EngineService::onFinished);
    m_process->start({QStringLiteral("serve"), QStringLiteral("--scratch"), m_scratch});
}

void EngineService::onLine(const std::string& text)
{
    const auto parsed = contract::parseLine(contract::Speaker::Engine, text);
    if (!parsed || m_state == State::Incompatible) {
        return;
    }
    const contract::Message& message = parsed.value();
    if (message.kind == event::Hello::kKind) {
        onHello(message);
    } else if (message.kind == event::Answer::kKind) {
        onAnswer(message);
    } else if (message.kind == event::Progress::kKind) {
        if (const auto told = contract::readMessage<event::Progress>(message)) {
            const event::Progress& state = told.value();
            Q_EMIT progress(qs(state.id), state.done, state.total, state.rows);
        }
    }
}

void EngineService::onHello(const contract::Message& message)
{
    // The number first: of another protocol nothing else may be understood.
    const int64_t protocol = message.body["protocol"].toInteger();
    auto hello = contract::readMessage<event::Hello>(message);
    if (protocol != contract::kProtocolVersion || !hello) {
        const QString cause = protocol != contract::kProtocolVersion
                                  ? tr("The engine speaks protocol %1, this program %2")
                                        .arg(protocol)
                                        .arg(contract::kProtocolVersion)
                                  : tr("The engine's first words are not understood: %1")
                                        .arg(qs(hello.error().message));
        const contract::Error error{
            std::string(contract::code::kNewerFormat),
            stdString(cause),
            stdString(tr("Install the studio and the engine of one version")),
            stdString(m_program)};
        setState(State::Incompatible, error);
        m_process->closeInput();
        failAll(error);
        return;
    }
    m_catalog = std::move(hello).value().catalog;
    m_crashesInARow = 0;
    setState(State::Ready);
    Q_EMIT catalogChanged();
    sendWaiting();
}

void EngineService::onAnswer(const contract::Message& message)
{
    auto told = contract::readMessage<event::Answer>(message);
    if (!told) {
        return;
    }
    event::Answer answer = std::move(told).value();
    const QString id = qs(answer.id);
    if (answer.error.isObject()) {
        deliver(id, errorOf(answer.error));
    } else if (!answer.file.empty()) {
        readAnswerFile(id, qs(answer.file));
    } else {
        deliver(id, std::move(answer.value));
    }
}

void EngineService::onFinished(const ProcessEnd& end)
{
    if (m_state == State::Incompatible) {
        return;
    }
    ++m_crashesInARow;
    const QString cause = end.wasSilent  ? tr("The engine no longer answered and was ended")
                          : end.didStart ? tr("The engine ended unexpectedly (%1)").arg(end.cause())
                                         : tr("The engine could not be started");
    const contract::Error error{
        std::string(end.didStart ? contract::code::kInternal : contract::code::kNotFound),
        stdString(cause),
        stdString(end.didStart ? tr("It is started again. Its last words: %1").arg(logTail())
                               : tr("Check that the program is there and may be run")),
        stdString(m_program)};
    const bool isFailed = !end.didStart || m_crashesInARow >= kCrashesUntilFailed;
    setState(isFailed ? State::Failed : State::Starting, error);
    const auto wait = std::min(m_patience.longestRestart,
                               m_patience.firstRestart * (1 << std::min(m_crashesInARow - 1, 16)));
    m_restart.start(wait);
    failAll(error);
}

void EngineService::readAnswerFile(const QString& id, const QString& file)
{
    runThen(
        this,
        [scratch = m_scratch, file] { return takeAnswerFile(scratch, file); },
        [this, id](Result<Value> result) { deliver(id, std::move(result)); });
}

void EngineService::sendWaiting()
{
    if (m_state == State::Incompatible) {
        failAll(m_error);
        return;
    }
    if (m_state != State::Ready) {
        return;
    }
    std::vector<std::pair<QString, contract::Error>> refused;
    for (auto& [number, question] : m_questions) {
        if (question.wasSent) {
            continue;
        }
        command::Ask ask{std::to_string(number), stdString(question.verb), question.arguments};
        question.wasSent = true;
        if (const auto sent = m_process->send(contract::makeMessage(ask)); !sent) {
            refused.emplace_back(QString::number(number), sent.error());
        }
    }
    for (auto& [id, error] : refused) {
        deliver(id, std::move(error));
    }
}

void EngineService::deliver(const QString& id, Result<Value> result)
{
    const std::optional<Question> question = take(id);
    if (question && question->context) {
        question->reply(std::move(result));
    }
}

void EngineService::failAll(const contract::Error& error)
{
    // Those that were sent died with the engine. Those still waiting go on waiting while there is
    // hope, and a reply may ask anew: that question is not among these.
    std::vector<QString> ids;
    const bool isHopeless = m_state == State::Incompatible || m_state == State::Failed;
    for (const auto& [number, question] : m_questions) {
        if (question.wasSent || isHopeless) {
            ids.push_back(QString::number(number));
        }
    }
    for (const QString& id : ids) {
        deliver(id, error);
    }
}

void EngineService::dropOlderEstimates()
{
    std::vector<QString> ids;
    for (const auto& [number, question] : m_questions) {
        if (question.verb == qs(kEstimate)) {
            ids.push_back(QString::number(number));
        }
    }
    for (const QString& id : ids) {
        cancel(id);
    }
}

std::optional<EngineService::Question> EngineService::take(const QString& id)
{
    const auto found = m_questions.find(id.toLongLong());
    if (found == m_questions.end()) {
        return std::nullopt;
    }
    Question question = std::move(found->second);
    m_questions.erase(found);
    disconnect(question.contextWatch);
    return question;
}

void EngineService::setState(State state, contract::Error error)
{
    const bool hasChanged = state != m_state;
    m_state = state;
    m_error = std::move(error);
    if (hasChanged) {
        Q_EMIT stateChanged();
    }
}

} // namespace app::engine
