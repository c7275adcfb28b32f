// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/engine_process.h"

#include <QCoreApplication>

#include <csignal>
#include <cstring>
#include <unistd.h>

namespace app::engine {

namespace {

QString signalName(int number)
{
    const char* const name = ::sigabbrev_np(number);
    if (!name) {
        return QLatin1String("signal ") % QString::number(number);
    }
    return QLatin1String("SIG") % QLatin1String(name);
}

contract::Error notRunning()
{
    return {std::string(contract::code::kInternal), "the engine does not run", "", ""};
}

} // namespace

class EngineProcess::Child : public QProcess
{
public:
    using QProcess::QProcess;

    // Without this the destructor would kill and wait.
    void forget() { setProcessState(QProcess::NotRunning); }
};

QString ProcessEnd::cause() const
{
    if (!didStart) {
        return QCoreApplication::translate("app::engine::ProcessEnd", "could not be started");
    }
    return hasCrashed
               ? signalName(code)
               : QCoreApplication::translate("app::engine::ProcessEnd", "exit code %1").arg(code);
}

EngineProcess::EngineProcess(QString program,
                             OnSilence onSilence,
                             Patience patience,
                             QObject* parent)
    : QObject(parent), m_program(std::move(program)), m_onSilence(onSilence), m_patience(patience)
{
    m_silence.setSingleShot(true);
    m_silence.setInterval(m_patience.silence);
    connect(&m_silence, &QTimer::timeout, this, &EngineProcess::onSilence);
    m_escalation.setSingleShot(true);
    m_escalation.setInterval(m_patience.ending);
    connect(&m_escalation, &QTimer::timeout, this, &EngineProcess::kill);
}

EngineProcess::~EngineProcess()
{
    if (m_child) {
        m_child->disconnect(this);
        m_child->kill();
        m_child->waitForFinished(1000);
    }
}

void EngineProcess::setLogFile(const QString& path)
{
    m_log.setFile(path);
}

void EngineProcess::start(const QStringList& arguments)
{
    Q_ASSERT(!isRunning());
    m_wasSilent = false;
    m_child = std::make_unique<Child>();
    m_child->setProgram(m_program);
    m_child->setArguments(arguments);
    // Its own session: what a terminal sends to the studio (Ctrl+C, hang-up) is not meant for a
    // run.
    m_child->setChildProcessModifier([] { ::setsid(); });
    connect(m_child.get(), &QProcess::started, this, &EngineProcess::started);
    connect(m_child.get(), &QProcess::readyReadStandardOutput, this, &EngineProcess::readOutput);
    connect(m_child.get(), &QProcess::readyReadStandardError, this, &EngineProcess::readErrors);
    connect(
        m_child.get(), &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
            end({true, status == QProcess::CrashExit, code, m_wasSilent});
        });
    connect(m_child.get(), &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) {
            m_log.add(m_child->errorString().toUtf8() + '\n');
            end({false, false, 0, false});
        }
    });
    if (m_onSilence != OnSilence::Nothing) {
        m_silence.start();
    }
    m_child->start();
}

bool EngineProcess::isRunning() const
{
    return m_child && m_child->state() != QProcess::NotRunning;
}

qint64 EngineProcess::processId() const
{
    return m_child ? m_child->processId() : 0;
}

contract::Result<void> EngineProcess::send(contract::Message message)
{
    if (!isRunning()) {
        return notRunning();
    }
    message.seq = ++m_sequence;
    message.time = contract::utcTime(std::chrono::system_clock::now());
    const auto text = toLine(contract::Speaker::Studio, message);
    if (!text) {
        return text.error();
    }
    m_child->write(text.value().data(), static_cast<qint64>(text.value().size()));
    return {};
}

void EngineProcess::closeInput()
{
    if (m_child) {
        m_child->closeWriteChannel();
    }
}

void EngineProcess::terminate()
{
    if (isRunning()) {
        m_child->terminate();
    }
}

void EngineProcess::kill()
{
    if (isRunning()) {
        m_child->kill();
    }
}

void EngineProcess::release()
{
    if (!isRunning()) {
        return;
    }
    m_silence.stop();
    m_escalation.stop();
    m_child->disconnect(this);
    // What was sent must have left before the pipe closes: it is a few bytes, the pipe takes them.
    m_child->waitForBytesWritten(1000);
    m_child->forget();
    m_child.reset();
}

void EngineProcess::readOutput()
{
    if (m_onSilence != OnSilence::Nothing && !m_escalation.isActive()) {
        m_silence.start();
    }
    const QByteArray bytes = m_child->readAllStandardOutput();
    m_lines.add(std::string_view(bytes.data(), static_cast<std::size_t>(bytes.size())),
                [this](const contract::Result<std::string_view>& text) {
                    if (text) {
                        Q_EMIT line(std::string(text.value()));
                    } else {
                        Q_EMIT lineRefused(text.error());
                    }
                });
}

void EngineProcess::readErrors()
{
    m_log.add(m_child->readAllStandardError());
}

void EngineProcess::onSilence()
{
    m_wasSilent = true;
    if (m_onSilence == OnSilence::TerminateThenKill) {
        m_escalation.start();
    }
    terminate();
    Q_EMIT fellSilent();
}

void EngineProcess::end(ProcessEnd end)
{
    m_silence.stop();
    m_escalation.stop();
    if (end.didStart) {
        readOutput();
        readErrors();
        m_silence.stop();
        m_lines.finish([this](const contract::Result<std::string_view>& text) {
            if (text) {
                Q_EMIT line(std::string(text.value()));
            } else {
                Q_EMIT lineRefused(text.error());
            }
        });
    }
    // We are inside a signal of the child.
    m_child->disconnect(this);
    m_child.release()->deleteLater();
    Q_EMIT finished(end);
}

} // namespace app::engine
