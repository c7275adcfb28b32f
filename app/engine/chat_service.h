// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Talks with a model: an engine of its own (`lora-engine serve`) that is started with the first
// turn, keeps the model loaded from turn to turn, and is let go after some idle minutes so that its
// memory is free. A crash fails the turns it had and nothing else; the next turn starts it again.
// GUI thread only.
#pragma once

#include "app/engine/contract.h"
#include "app/engine/engine_process.h"
#include "engine/contract/command.h"
#include "engine/contract/event.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <memory>
#include <vector>

namespace app::engine {

// One message to all panes.
struct ChatTurn
{
    QString model;             // folder
    contract::Value messages;  // [{"role", "content"}], the last one to be answered
    QString system = {};       // a system turn put first; empty = none
    QString chatTemplate = {}; // as data.template; empty = auto
    std::vector<contract::command::Pane> panes;
};

class ChatService : public QObject
{
    Q_OBJECT

public:
    // Off: no engine runs. Ready: an engine with a loaded model waits.
    enum class State { Off, Starting, LoadingModel, Writing, Ready };
    Q_ENUM(State)

    static constexpr std::chrono::minutes kIdle{10};

    // `scratch`: folder for answers too large for a line. `logFile` may be empty. `idle`: how long
    // a waiting engine is kept.
    ChatService(QString program,
                QString scratch,
                QString logFile,
                Patience patience = {},
                std::chrono::milliseconds idle = kIdle,
                QObject* parent = nullptr);
    ~ChatService() override;

    State state() const { return m_state; }
    // The model that was asked for last by the engine that runs; empty when Off.
    const QString& model() const { return m_model; }
    // Last words of the engine that runs or ran last.
    QString logTail() const;

    // Turns are written one after the other. Exactly one answered() or failed() follows each, also
    // a cancelled one, never from inside send(). Returns the turn's id.
    QString send(const ChatTurn& turn);
    // Ends the writing at the next token; answered() then holds what was written.
    void cancel(const QString& id);
    // Ends the engine and frees its memory; turns under way fail with kStopped.
    void release();

Q_SIGNALS:
    void stateChanged();
    void token(const app::engine::contract::event::Token& token);
    // {"panes": [{"text", "ids", …} or {"error"}]}, docs/contract.md section 5.
    void answered(const QString& id, const app::engine::contract::Value& value);
    // The engine's error, or how the engine ended (kInternal, with its last words as hint).
    void failed(const QString& id, const app::engine::contract::Error& error);

private:
    struct Turn
    {
        QString id;
        contract::command::Prompt prompt;
        bool wasSent = false;
    };

    void launch();
    void retireProcess();
    void onLine(const std::string& text);
    void onHello(const contract::Message& message);
    void onPhase(const std::string& name);
    void onAnswer(contract::event::Answer answer);
    void onFinished(const ProcessEnd& end);
    void sendWaiting();
    void deliver(const QString& id, const contract::Result<contract::Value>& result);
    void failAll(const contract::Error& error);
    void setState(State state);

    QString m_program;
    QString m_scratch;
    QString m_logFile;
    Patience m_patience;
    State m_state = State::Off;
    QString m_model;
    QString m_lastLog;
    std::unique_ptr<EngineProcess> m_process;
    bool m_saidHello = false;
    QTimer m_idle;
    qint64 m_lastId = 0;
    std::vector<Turn> m_turns; // under way and waiting, in order
};

} // namespace app::engine
