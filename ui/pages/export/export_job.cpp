// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/export/export_job.h"

#include "app/base/text.h"

#include <QDir>

namespace ui::pages::exporting {

using namespace Qt::StringLiterals;
using engine::contract::Result;
using engine::contract::Value;

qint64 ExportResult::bytes() const
{
    qint64 sum = 0;
    for (const Value& file : answer["files"].toList()) {
        sum += file["bytes"].toInteger();
    }
    return sum;
}

ExportJob::ExportJob(QString program, ExportPlan plan, QObject* parent)
    : QObject(parent), m_program(std::move(program)), m_plan(std::move(plan))
{
}

void ExportJob::start()
{
    m_timer.start();
    startNext();
}

void ExportJob::cancel()
{
    m_wasCancelled = true;
    if (m_verb) {
        m_verb->stop();
    }
}

void ExportJob::startNext()
{
    const auto index = static_cast<int>(m_results.size());
    if (m_wasCancelled || index >= m_plan.formats.size()) {
        end();
        return;
    }
    const QString format = m_plan.formats[index];
    // The parent folder of the target is ours to make; the target itself is the engine's.
    QDir().mkpath(m_plan.folder);
    m_verb = std::make_unique<app::engine::VerbProcess>(m_program);
    connect(m_verb.get(),
            &app::engine::VerbProcess::progress,
            this,
            [this, index](const QString&, qint64 done, qint64 total) {
                Q_EMIT progress(index, done, total);
            });
    connect(m_verb.get(),
            &app::engine::VerbProcess::finished,
            this,
            [this, format](const Result<Value>& answer) {
                ExportResult result{format, targetOf(m_plan, format), {}, {}};
                if (answer) {
                    result.answer = answer.value();
                } else {
                    result.error = answer.error();
                }
                m_results.push_back(std::move(result));
                // We are inside one of its signals.
                m_verb.release()->deleteLater();
                startNext();
            });
    Q_EMIT progress(index, 0, 0);
    m_verb->start(verbArguments(m_plan, format) + QStringList{u"--progress"_s});
}

void ExportJob::end()
{
    m_seconds = static_cast<double>(m_timer.elapsed()) / 1000;
    Q_EMIT finished();
}

Value reportOf(const ExportJob& job)
{
    Value outputs = Value::List();
    for (const ExportResult& result : job.results()) {
        Value output = Value::object(
            {{"format", app::stdString(result.format)}, {"folder", app::stdString(result.target)}});
        if (result.error) {
            output.set("error",
                       Value::object({{"code", result.error->code},
                                      {"message", result.error->message},
                                      {"hint", result.error->hint}}));
        } else {
            output.set("files", result.answer["files"]);
            output.set("verification", result.answer["verification"]);
        }
        outputs.append(std::move(output));
    }
    const ExportPlan& plan = job.plan();
    return Value::object({{"adapter", app::stdString(plan.adapterPath)},
                          {"scale", plan.scale},
                          {"base", app::stdString(plan.basePath)},
                          {"outputs", std::move(outputs)}});
}

} // namespace ui::pages::exporting
