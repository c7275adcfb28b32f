// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/job_facts.h"

#include "app/base/task.h"
#include "app/base/text.h"
#include "ui/pages/train/job_draft.h"

namespace ui::pages::train {

namespace {

using app::stdString;
using engine::contract::Result;
using engine::contract::Value;

void take(Answer& answer, const Result<Value>& result)
{
    answer.isPending = false;
    answer.error.reset();
    answer.value = {};
    if (result) {
        answer.value = result.value();
    } else {
        answer.error = result.error();
    }
}

Value dataQuestion(const JobDraft& draft)
{
    const auto text = [&draft](const char* path) {
        return stdString(draft.text(QLatin1String(path)));
    };
    Value question = Value::object({{"format", text("data.format")}});
    if (const Value mix = draft.value(QStringLiteral("data.mix")); !mix.toList().empty()) {
        question.set("mix", mix);
    } else {
        question.set("data", text("data.path"));
    }
    if (draft.field(QStringLiteral("data.encoding")) != nullptr) {
        question.set("encoding", text("data.encoding"));
    }
    if (const std::string model = text("model.path"); !model.empty()) {
        question.set("model", model);
        question.set("max-length", draft.value(QStringLiteral("data.max_length")));
        question.set("template", text("data.template"));
        question.set("mask", text("data.mask"));
        question.set("truncate", text("data.truncate"));
    }
    Value map = Value::List();
    const Value columns = draft.value(QStringLiteral("data.columns"));
    for (const auto& [column, role] : columns.toObject()) {
        map.append(column + "=" + role.toString());
    }
    if (!map.toList().empty()) {
        question.set("map", map);
    }
    if (const std::string edits = text("data.edits"); !edits.empty()) {
        question.set("edits", edits);
    }
    return question;
}

// `forStart`: the engine shall also say what is missing.
Value planQuestion(const JobDraft& draft, bool forStart)
{
    const std::string model = stdString(draft.text(QStringLiteral("model.path")));
    const std::string data = stdString(draft.text(QStringLiteral("data.path")));
    Value question = Value::object({{"method", draft.method()}});
    const bool isMixed = !draft.value(QStringLiteral("data.mix")).toList().empty(); // in the sets
    // Without data there is no job yet, but what would be trained is known already.
    if (data.empty() && !isMixed && !forStart) {
        question.set("config", model + "/config.json");
    } else {
        // An empty path would count as given.
        if (!model.empty()) {
            question.set("model", model);
        }
        if (!data.empty()) {
            question.set("data", data);
        }
    }
    question.set("methods", true);
    question.set("set", Value::list(draft.sets()));
    return question;
}

} // namespace

JobFacts::JobFacts(JobDraft& draft,
                   app::engine::EngineService& engine,
                   QString runsFolder,
                   QObject* parent)
    : QObject(parent), m_draft(draft), m_engine(engine), m_runsFolder(std::move(runsFolder))
{
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelayMs);
    connect(&m_delay, &QTimer::timeout, this, [this] {
        askData();
        askPlan();
    });
    // Another part of the studio may ask for an estimate and supersede ours without an answer.
    m_retry.setSingleShot(true);
    m_retry.setInterval(kRetryMs);
    connect(&m_retry, &QTimer::timeout, this, [this] {
        m_planQuestion = {};
        askPlan();
    });
    connect(&draft, &JobDraft::edited, this, &JobFacts::follow);
    lookAtDisk();
}

void JobFacts::refresh()
{
    m_modelPath.clear();
    m_dataQuestion = {};
    m_planQuestion = {};
    follow();
    lookAtDisk();
}

void JobFacts::follow()
{
    if (!m_draft.isReady()) {
        return;
    }
    askModel();
    m_plan.isPending = true;
    Q_EMIT planChanged();
    m_delay.start();
}

void JobFacts::askModel()
{
    const QString path = m_draft.text(QStringLiteral("model.path"));
    if (path == m_modelPath) {
        return;
    }
    m_modelPath = path;
    m_engine.cancel(m_modelId);
    m_model = {};
    m_model.isPending = !path.isEmpty();
    if (!path.isEmpty()) {
        m_modelId = m_engine.ask(QStringLiteral("inspect model"),
                                 Value::object({{"model", stdString(path)}, {"tree", true}}),
                                 this,
                                 [this](const Result<Value>& result) {
                                     take(m_model, result);
                                     Q_EMIT modelChanged();
                                 });
    }
    Q_EMIT modelChanged();
}

void JobFacts::askData()
{
    Value question = dataQuestion(m_draft);
    if (question == m_dataQuestion) {
        return;
    }
    const bool isOther =
        question["data"] != m_dataQuestion["data"]
        || question["mix"].toList().size() != m_dataQuestion["mix"].toList().size();
    m_dataQuestion = question;
    m_engine.cancel(m_dataId);
    if (isOther) {
        m_data = {};
    }
    m_data.isPending = !question["data"].toString().empty() || question.contains("mix");
    if (m_data.isPending) {
        m_dataId = m_engine.ask(QStringLiteral("inspect data"),
                                std::move(question),
                                this,
                                [this](const Result<Value>& result) {
                                    take(m_data, result);
                                    Q_EMIT dataChanged();
                                });
    }
    Q_EMIT dataChanged();
}

void JobFacts::askPlan()
{
    m_delay.stop();
    const bool isForStart = m_confirm != nullptr;
    if (!isForStart && m_draft.text(QStringLiteral("model.path")).isEmpty()) {
        m_plan = {};
        m_planQuestion = {};
        Q_EMIT planChanged();
        return;
    }
    Value question = planQuestion(m_draft, isForStart);
    if (question == m_planQuestion && (m_plan.isKnown() || m_plan.error || !m_planId.isEmpty())) {
        m_plan.isPending = !m_planId.isEmpty();
        Q_EMIT planChanged();
        return;
    }
    m_planQuestion = question;
    m_retry.start();
    m_planId = m_engine.ask(
        QStringLiteral("estimate"), std::move(question), this, [this](const Result<Value>& result) {
            m_planId.clear();
            m_retry.stop();
            take(m_plan, result);
            const auto confirm = std::exchange(m_confirm, {});
            Q_EMIT planChanged();
            if (confirm) {
                confirm(m_plan);
            }
        });
}

void JobFacts::confirmPlan(std::function<void(const Answer&)> then)
{
    m_confirm = std::move(then);
    m_planQuestion = {};
    m_plan.isPending = true;
    askPlan();
}

void JobFacts::lookAtDisk()
{
    app::runThen(
        this,
        [folder = m_runsFolder] { return app::diskSpace(folder); },
        [this](const app::DiskSpace& disk) {
            m_disk = disk;
            Q_EMIT diskChanged();
        });
}

} // namespace ui::pages::train
