// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/run_process.h"

#include "app/base/text.h"
#include "engine/contract/command.h"
#include "engine/contract/event.h"

namespace app::runs {

namespace contract = ::engine::contract;
namespace event = contract::event;

RunProcess::RunProcess(const QString& program,
                       QString folder,
                       engine::Patience patience,
                       QObject* parent)
    : QObject(parent), m_folder(std::move(folder)),
      m_process(program, engine::EngineProcess::OnSilence::Terminate, patience)
{
    connect(&m_process, &engine::EngineProcess::line, this, &RunProcess::onLine);
    connect(&m_process, &engine::EngineProcess::fellSilent, this, [this] {
        m_isSilent = true;
        Q_EMIT fellSilent();
    });
    connect(&m_process,
            &engine::EngineProcess::finished,
            this,
            [this](const engine::ProcessEnd& end) { Q_EMIT finished(end, m_saidDone, m_error); });
}

RunProcess::~RunProcess()
{
    m_process.disconnect(this);
    m_process.release();
}

void RunProcess::start(bool resume)
{
    QStringList arguments{QStringLiteral("run"), m_folder};
    if (resume) {
        arguments.append(QStringLiteral("--resume"));
    }
    m_process.start(arguments);
}

contract::Result<void> RunProcess::steer(std::string_view command)
{
    return m_process.send({std::string(command)});
}

void RunProcess::kill()
{
    m_process.kill();
}

void RunProcess::detach()
{
    // When it has just ended, nothing is left to go on.
    static_cast<void>(steer(contract::command::kDetach));
    m_process.release();
}

void RunProcess::onLine(const std::string& text)
{
    auto parsed = contract::parseLine(contract::Speaker::Engine, text);
    if (!parsed) {
        return;
    }
    const contract::Message& message = parsed.value();
    if (std::exchange(m_isSilent, false)) {
        Q_EMIT spokeAgain();
    }
    if (message.kind == event::Hello::kKind
        && message.body["protocol"].toInteger() != contract::kProtocolVersion) {
        m_error = {std::string(contract::code::kNewerFormat),
                   stdString(tr("The engine speaks another protocol than this program")),
                   stdString(tr("Install the studio and the engine of one version")),
                   ""};
        m_process.terminate();
    } else if (message.kind == event::Done::kKind) {
        m_saidDone = true;
    } else if (message.kind == event::Failed::kKind && m_error.code.empty()) {
        m_error = engine::errorOf(message.body);
    }
    Q_EMIT event(message);
}

} // namespace app::runs
