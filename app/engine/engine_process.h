// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One engine program as a child with pipes of its own: messages in and out, its stderr kept, and a
// watch on its `alive`. Owned by whoever asked for the work; GUI thread only.
#pragma once

#include "app/engine/contract.h"
#include "app/engine/line_reader.h"
#include "app/engine/log_tail.h"
#include "app/engine/patience.h"

#include <QObject>
#include <QProcess>
#include <QTimer>

namespace app::engine {

// How a program ended.
struct ProcessEnd
{
    bool didStart = true;
    bool hasCrashed = false; // ended by a signal
    int code = 0;            // exit code, or the signal's number
    bool wasSilent = false;  // ended because it no longer said `alive`

    bool isSuccess() const { return didStart && !hasCrashed && code == 0; }
    // "SIGKILL", "exit code 70": for a sentence; never empty.
    QString cause() const;
};

class EngineProcess : public QObject
{
    Q_OBJECT

public:
    // What happens when no line came for Patience::silence.
    enum class OnSilence { Nothing, Terminate, TerminateThenKill };

    EngineProcess(QString program,
                  OnSilence onSilence,
                  Patience patience = {},
                  QObject* parent = nullptr);
    // A program that still runs is killed, unless it was released.
    ~EngineProcess() override;

    // Lines of at most so many bytes are accepted; the conversation's limit unless set before
    // start().
    void setLongestLine(std::size_t bytes) { m_lines = LineReader(bytes); }
    // Appends the child's stderr to this file too; it is started anew when larger than 4 MB.
    void setLogFile(const QString& path);

    void start(const QStringList& arguments);
    bool isRunning() const;
    qint64 processId() const;

    // Numbers, times and sends a command. Fails when nothing runs or the line would be too long.
    contract::Result<void> send(contract::Message message);
    void closeInput();
    // SIGTERM: save what is to be saved, and end.
    void terminate();
    // SIGKILL. Only for what the user asked for, or what has nothing to lose.
    void kill();
    // Lets the program live on without us, also after this object: nothing more is heard of it.
    void release();

    // The last lines of stderr.
    QString logTail(int lines = 30) const { return m_log.last(lines); }

Q_SIGNALS:
    void started();
    // One line of stdout as text, and lines that were refused (too long, not UTF-8).
    void line(const std::string& text);
    void lineRefused(const app::engine::contract::Error& error);
    // Nothing was heard for Patience::silence; OnSilence says what follows.
    void fellSilent();
    void finished(const app::engine::ProcessEnd& end);

private:
    // Can forget a program that still runs: QProcess itself would kill it in its destructor.
    class Child;

    void readOutput();
    void readErrors();
    void onSilence();
    void end(ProcessEnd end);

    QString m_program;
    OnSilence m_onSilence;
    Patience m_patience;
    std::unique_ptr<Child> m_child;
    LineReader m_lines;
    LogTail m_log;
    QTimer m_silence;
    QTimer m_escalation;
    qint64 m_sequence = 0;
    bool m_wasSilent = false;
};

} // namespace app::engine
