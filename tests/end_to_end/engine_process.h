// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Calls the real program as a script would, and reads what it answers.
//     const Outcome outcome = engine({"describe", "--json"});
//     QCOMPARE(outcome.exitCode, 0);
#pragma once

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QString>
#include <QStringList>

namespace e2e {

// The program of this build; the environment can name another, such as an installed one.
inline QString program()
{
    return qEnvironmentVariable("LORA_ENGINE", LORA_ENGINE);
}

struct Outcome
{
    int exitCode = -1; // -1: crashed or hung
    QByteArray output;
    QByteArray errors;

    // The one document on stdout; empty when stdout is anything else.
    QJsonObject json() const { return QJsonDocument::fromJson(output).object(); }
    // Every line as an object; an empty object stands for a line that is none.
    QList<QJsonObject> lines() const
    {
        QList<QJsonObject> objects;
        for (const QByteArray& line : output.trimmed().split('\n')) {
            objects.append(QJsonDocument::fromJson(line).object());
        }
        return objects;
    }
    bool isJsonOnly() const
    {
        return !output.isEmpty() && output.endsWith('\n') && !lines().contains(QJsonObject());
    }
    // "bad_field" of `error: bad_field: …`; stderr must be that one line.
    QByteArray errorCode() const
    {
        const QByteArray line = errors.trimmed();
        const bool isOneLine = line.startsWith("error: ") && !line.contains('\n');
        return isOneLine ? line.mid(7).split(':').front() : QByteArray();
    }
    // For QVERIFY2.
    QByteArray story() const
    {
        return "exit code " + QByteArray::number(exitCode) + "\n" + output.right(2000) + "\n"
               + errors.right(2000);
    }
};

// A program that runs beside the test. Killed by the destructor.
class Engine
{
public:
    explicit Engine(const QStringList& arguments, const QString& folder = {})
    {
        if (!folder.isEmpty()) {
            m_process.setWorkingDirectory(folder);
        }
        m_process.start(program(), arguments);
        m_process.waitForStarted();
    }
    ~Engine()
    {
        m_process.kill();
        m_process.waitForFinished();
    }

    QProcess& process() { return m_process; }
    bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    void write(const QByteArray& line)
    {
        m_process.write(line + "\n");
        m_process.waitForBytesWritten();
    }
    // As a crash or a power cut would.
    void kill()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    // The next line on stdout; empty when the program ended or fell silent.
    QJsonObject nextLine(int patienceMs = 60000)
    {
        while (!m_process.canReadLine() && m_process.waitForReadyRead(patienceMs)) {
        }
        return QJsonDocument::fromJson(m_process.readLine()).object();
    }
    // Reads on until an event of this kind; empty when there is none.
    QJsonObject waitFor(const QString& kind, const QString& id = {})
    {
        for (QJsonObject line = nextLine(); !line.isEmpty(); line = nextLine()) {
            if (line["event"].toString() == kind && (id.isEmpty() || line["id"].toString() == id)) {
                return line;
            }
        }
        return {};
    }
    Outcome finish(int patienceMs = 120000)
    {
        const bool ended = !isRunning() || m_process.waitForFinished(patienceMs);
        const bool isWhole = ended && m_process.exitStatus() == QProcess::NormalExit;
        return {isWhole ? m_process.exitCode() : -1,
                m_process.readAllStandardOutput(),
                m_process.readAllStandardError()};
    }

private:
    QProcess m_process;
};

inline Outcome engine(const QStringList& arguments, const QString& folder = {})
{
    Engine engine(arguments, folder);
    engine.process().closeWriteChannel();
    return engine.finish();
}

// Through a shell, for what QProcess cannot pass on; "$E" is the program.
inline Outcome shell(const QString& command, const QString& folder = {})
{
    QProcess process;
    process.setWorkingDirectory(folder);
    process.start("/bin/sh", {"-c", "E='" + program() + "'; " + command});
    const bool ended = process.waitForFinished(120000);
    return {ended && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            process.readAllStandardOutput(),
            process.readAllStandardError()};
}

} // namespace e2e
