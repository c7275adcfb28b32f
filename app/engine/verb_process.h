// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One verb of the engine as a child of its own: export, evaluate, generate, … What takes long, or
// must not disturb the service. GUI thread only.
//     verb.start({u"export"_s, u"--format"_s, u"merged"_s, …});   // --json is added
#pragma once

#include "app/engine/contract.h"
#include "app/engine/engine_process.h"

#include <QObject>
#include <QStringList>

#include <optional>

namespace app::engine {

class VerbProcess : public QObject
{
    Q_OBJECT

public:
    explicit VerbProcess(QString program, QObject* parent = nullptr);

    void start(const QStringList& arguments);
    bool isRunning() const { return m_process.isRunning(); }
    // SIGTERM: the engine puts nothing in place; finished() reports kStopped.
    void stop();
    QString logTail(int lines = 30) const { return m_process.logTail(lines); }

Q_SIGNALS:
    // Each JSON document as it comes, the last one too, except the error.
    void line(const app::engine::contract::Value& value);
    // From `progress` lines: what is going on ("writing", a phase), total 0 = unknown.
    void progress(const QString& what, qint64 done, qint64 total);
    // Exactly once: the last document when the exit code is 0, else the engine's own error, or how
    // the program ended (kInternal with the log's tail as hint).
    void finished(const app::engine::contract::Result<app::engine::contract::Value>& result);

private:
    void onLine(const std::string& text);
    void onFinished(const ProcessEnd& end);
    contract::Error endError(const ProcessEnd& end) const;

    EngineProcess m_process;
    contract::Value m_last;
    std::optional<contract::Error> m_error;
    bool m_wasStopped = false;
};

} // namespace app::engine
