// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/verb_process.h"

#include "app/base/text.h"
#include "engine/contract/event.h"

namespace app::engine {

namespace {

// Answers on one line have no limit in the contract; this one keeps a broken program from filling
// the memory.
constexpr std::size_t kLongestAnswer = std::size_t{256} << 20;

} // namespace

VerbProcess::VerbProcess(QString program, QObject* parent)
    : QObject(parent), m_process(std::move(program), EngineProcess::OnSilence::Nothing)
{
    m_process.setLongestLine(kLongestAnswer);
    connect(&m_process, &EngineProcess::line, this, &VerbProcess::onLine);
    connect(&m_process, &EngineProcess::lineRefused, this, [this](const contract::Error& error) {
        m_error = error;
    });
    connect(&m_process, &EngineProcess::finished, this, &VerbProcess::onFinished);
}

void VerbProcess::start(const QStringList& arguments)
{
    m_last = {};
    m_error.reset();
    m_wasStopped = false;
    m_process.start(arguments + QStringList{QStringLiteral("--json")});
    m_process.closeInput();
}

void VerbProcess::stop()
{
    m_wasStopped = true;
    m_process.terminate();
}

void VerbProcess::onLine(const std::string& text)
{
    auto parsed = contract::parseJson(text);
    if (!parsed) {
        m_error = parsed.error();
        return;
    }
    const contract::Value& value = parsed.value();
    if (value["error"].isObject()) {
        m_error = errorOf(value["error"]);
        return;
    }
    namespace event = contract::event;
    if (value["event"].toString() == event::Progress::kKind) {
        Q_EMIT progress(
            qs(value["id"].toString()), value["done"].toInteger(), value["total"].toInteger());
    } else if (value["event"].toString() == event::Phase::kKind) {
        Q_EMIT progress(qs(value["name"].toString()), 0, 0);
    }
    Q_EMIT line(value);
    m_last = value;
}

void VerbProcess::onFinished(const ProcessEnd& end)
{
    if (end.isSuccess() && !m_error && !m_last.isNull()) {
        Q_EMIT finished(m_last);
    } else {
        Q_EMIT finished(endError(end));
    }
}

contract::Error VerbProcess::endError(const ProcessEnd& end) const
{
    if (m_wasStopped && !end.isSuccess()) {
        return {std::string(contract::code::kStopped),
                stdString(tr("Stopped on request; nothing was put in place")),
                "",
                ""};
    }
    if (m_error) {
        return *m_error;
    }
    if (!end.didStart) {
        return {std::string(contract::code::kNotFound),
                stdString(tr("The engine could not be started")),
                stdString(tr("Reinstall the program, or name the engine with LORA_ENGINE_PROGRAM")),
                ""};
    }
    if (end.isSuccess()) {
        return {std::string(contract::code::kInternal),
                stdString(tr("The engine ended without an answer")),
                stdString(logTail()),
                ""};
    }
    return {std::string(contract::code::kInternal),
            stdString(tr("The engine ended unexpectedly (%1)").arg(end.cause())),
            stdString(logTail()),
            ""};
}

} // namespace app::engine
