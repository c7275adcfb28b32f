// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One run as our child (`lora-engine run RUN`): its events, steering over stdin, and the verdict
// when it ends. GUI thread only.
#pragma once

#include "app/engine/engine_process.h"

#include <QObject>

#include <optional>

namespace app::runs {

class RunProcess : public QObject
{
    Q_OBJECT

public:
    RunProcess(const QString& program,
               QString folder,
               engine::Patience patience = {},
               QObject* parent = nullptr);
    // A run that was not detached reads the end of its input: it saves a checkpoint and stops.
    ~RunProcess() override;

    const QString& folder() const { return m_folder; }
    void start(bool resume);
    bool isRunning() const { return m_process.isRunning(); }
    // pause, resume, checkpoint, stop; obeyed between steps.
    engine::contract::Result<void> steer(std::string_view command);
    // The user's choice: ends it at once, back to its last checkpoint.
    void kill();
    // The window closes and the run goes on.
    void detach();
    QString logTail(int lines = 30) const { return m_process.logTail(lines); }

Q_SIGNALS:
    void event(const app::engine::contract::Message& message);
    // It said nothing for 30 s and was asked to end; only kill() forces it.
    void fellSilent();
    void spokeAgain();
    // `saidDone`: the terminal event was `done`. `error`: that of `failed`, else empty.
    void finished(const app::engine::ProcessEnd& end,
                  bool saidDone,
                  const app::engine::contract::Error& error);

private:
    void onLine(const std::string& text);

    QString m_folder;
    engine::EngineProcess m_process;
    bool m_saidDone = false;
    bool m_isSilent = false;
    engine::contract::Error m_error;
};

} // namespace app::runs
