// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/data_measure.h"

#include "app/base/text.h"

namespace ui::pages::data {

namespace {

using engine::contract::Result;
using engine::contract::Value;

// After the last keystroke.
constexpr int kDelayMs = 150;

} // namespace

DataMeasure::DataMeasure(app::engine::EngineService& engine, QObject* parent)
    : QObject(parent), m_question(engine)
{
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelayMs);
    connect(&m_delay, &QTimer::timeout, this, &DataMeasure::ask);
}

void DataMeasure::setSource(const DataSource& source, qint64 rows)
{
    m_source = source;
    m_rows = rows;
    follow();
}

void DataMeasure::setEdits(const QString& file)
{
    m_source.edits = file;
    if (canMeasure()) {
        m_delay.start();
    }
}

void DataMeasure::setModel(const QString& folder)
{
    if (folder != m_model) {
        m_model = folder;
        follow();
    }
}

void DataMeasure::follow()
{
    m_question.cancel();
    m_delay.stop();
    m_answer = {};
    m_isPending = canMeasure();
    Q_EMIT started();
    if (m_isPending) {
        ask();
    }
}

void DataMeasure::setLimit(const LengthLimit& limit)
{
    if (limit == m_limit) {
        return;
    }
    const bool isLonger = limit.tokens != m_limit.tokens;
    m_limit = limit;
    Q_EMIT limitChanged();
    // Each answer says what every policy would do.
    if (canMeasure() && (isLonger || !m_answer["lengths"]["policies"].isObject())) {
        m_delay.start();
    }
}

void DataMeasure::setUsualLimit(const LengthLimit& limit)
{
    const bool wasUsual = !isLimitChosen();
    m_usual = limit;
    if (wasUsual) {
        setLimit(limit);
    }
}

void DataMeasure::ask()
{
    m_isPending = true;
    Value question = m_source.edited();
    question.set("model", app::stdString(m_model));
    question.set("max-length", int64_t(m_limit.tokens));
    question.set("truncate", m_limit.policy);
    m_question.ask(question, m_rows, [this](const Result<Value>& answer) {
        m_isPending = false;
        if (answer.ok()) {
            m_answer = answer.value();
            Q_EMIT measured();
        } else {
            m_answer = {};
            Q_EMIT failed(answer.error());
        }
    });
}

} // namespace ui::pages::data
