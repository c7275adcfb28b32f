// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine knows of the draft's model, data and plan. Asks again when the draft changes: the
// plan 150 ms after the last keystroke, model and data when their paths or what they depend on are
// others. Answers to older questions are dropped. GUI thread only.
#pragma once

#include "app/base/paths.h"
#include "app/engine/engine_service.h"

#include <QObject>
#include <QTimer>

#include <optional>

namespace ui::pages::train {

class JobDraft;

// One question's state: an answer, a refusal, or neither while it is awaited.
struct Answer
{
    engine::contract::Value value;
    std::optional<engine::contract::Error> error;
    bool isPending = false;

    bool isKnown() const { return !value.isNull() && !isPending; }
};

class JobFacts : public QObject
{
    Q_OBJECT

public:
    static constexpr int kDelayMs = 150;
    static constexpr int kRetryMs = 8000;

    JobFacts(JobDraft& draft,
             app::engine::EngineService& engine,
             QString runsFolder,
             QObject* parent = nullptr);

    const Answer& model() const { return m_model; } // inspect model --tree
    const Answer& data() const
    {
        return m_data;
    } // inspect data, with lengths once a model is there
    const Answer& plan() const { return m_plan; } // estimate
    const app::DiskSpace& disk() const { return m_disk; }
    // The files may have changed.
    void refresh();
    // The plan for the draft as it is now, asked at once; `then` gets it unless the draft changes.
    void confirmPlan(std::function<void(const Answer&)> then);

Q_SIGNALS:
    void modelChanged();
    void dataChanged();
    void planChanged();
    void diskChanged();

private:
    void follow();
    void askModel();
    void askData();
    void askPlan();
    void lookAtDisk();

    JobDraft& m_draft;
    app::engine::EngineService& m_engine;
    QString m_runsFolder;
    QTimer m_delay;
    QTimer m_retry;
    Answer m_model;
    Answer m_data;
    Answer m_plan;
    app::DiskSpace m_disk;
    QString m_modelPath;
    engine::contract::Value m_dataQuestion;
    engine::contract::Value m_planQuestion;
    QString m_modelId;
    QString m_dataId;
    QString m_planId;
    std::function<void(const Answer&)> m_confirm;
};

} // namespace ui::pages::train
