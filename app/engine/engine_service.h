// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The idle engine that answers the studio's questions (`lora-engine serve`). It is started at once,
// works before its `hello` (questions wait), and is started again after a crash, ever more slowly.
// GUI thread only; never blocks.
#pragma once

#include "app/engine/contract.h"
#include "app/engine/engine_process.h"
#include "engine/contract/catalog.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace app::engine {

class EngineService : public QObject
{
    Q_OBJECT

public:
    // Starting: no hello yet, or between two attempts. Failed: the program cannot be started, or
    // ended several times in a row; attempts go on. Incompatible: another protocol; nothing is
    // asked.
    enum class State { Starting, Ready, Failed, Incompatible };
    Q_ENUM(State)
    using Reply = std::function<void(contract::Result<contract::Value>)>;

    // `scratch`: folder for answers too large for a line. `logFile` may be empty.
    EngineService(QString program,
                  QString scratch,
                  QString logFile,
                  Patience patience = {},
                  QObject* parent = nullptr);
    ~EngineService() override;

    State state() const { return m_state; }
    const QString& program() const { return m_program; }
    // Null before the first hello; kept while the engine restarts.
    const contract::Catalog* catalog() const { return m_catalog ? &*m_catalog : nullptr; }
    // Why the state is Failed or Incompatible.
    contract::Error error() const { return m_error; }
    QString logTail() const;

    // Asks any verb that answers: ask(u"inspect model"_s, {"model": DIR}, this, …). The reply comes
    // once, on this thread, never from inside ask(): a value, or the engine's error, or the cause
    // why there is no answer (the engine ended: code kInternal). It is dropped without a call when
    // the context dies, when it is cancelled, or when a newer `estimate` supersedes it.
    QString ask(const QString& verb, contract::Value arguments, QObject* context, Reply reply);
    void cancel(const QString& id);
    // Starts the engine again at once, such as after another program was chosen or by "Try again".
    void restart();

Q_SIGNALS:
    void stateChanged();
    void catalogChanged();
    // total 0 = unknown; while data is read, bytes, and the rows so far.
    void progress(const QString& id, qint64 done, qint64 total, qint64 rows);

private:
    struct Question
    {
        QString verb;
        contract::Value arguments;
        QPointer<QObject> context;
        Reply reply;
        bool wasSent = false;
        QMetaObject::Connection contextWatch;
    };

    void launch();
    void retireProcess();
    void onLine(const std::string& text);
    void onHello(const contract::Message& message);
    void onAnswer(const contract::Message& message);
    void onFinished(const ProcessEnd& end);
    void readAnswerFile(const QString& id, const QString& file);
    void sendWaiting();
    void deliver(const QString& id, contract::Result<contract::Value> result);
    void failAll(const contract::Error& error);
    void dropOlderEstimates();
    std::optional<Question> take(const QString& id);
    void setState(State state, contract::Error error = {});

    QString m_program;
    QString m_scratch;
    QString m_logFile;
    Patience m_patience;
    State m_state = State::Starting;
    contract::Error m_error;
    std::optional<contract::Catalog> m_catalog;
    std::unique_ptr<EngineProcess> m_process;
    QTimer m_restart;
    int m_crashesInARow = 0;
    qint64 m_lastId = 0;
    std::map<qint64, Question> m_questions; // by number: in the order they were asked
};

} // namespace app::engine
