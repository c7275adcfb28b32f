// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/row_losses.h"

#include "app/base/text.h"

namespace ui::pages::data {

namespace {

using engine::contract::Result;
using engine::contract::Value;
using namespace Qt::StringLiterals;

constexpr std::size_t kToldRows = 64;

} // namespace

QStringList lossArguments(const DataSource& source, const QString& model, const QString& adapter)
{
    QStringList arguments = {u"score"_s, u"--model"_s, model};
    if (!adapter.isEmpty()) {
        arguments << u"--adapter"_s << adapter;
    }
    arguments << u"--data"_s << source.path << u"--per-row"_s;
    if (!source.format.isEmpty()) {
        arguments << u"--format"_s << source.format;
    }
    for (const auto& [column, role] : source.roles.toObject()) {
        arguments << u"--map"_s << app::qs(column) + u'=' + app::qs(role.toString());
    }
    if (!source.edits.isEmpty()) {
        arguments << u"--edits"_s << source.edits;
    }
    return arguments;
}

RowLosses::RowLosses(QString program, QObject* parent)
    : QObject(parent), m_program(std::move(program))
{
}

void RowLosses::start(const DataSource& source, const QString& model, const QString& adapter)
{
    m_rows.clear();
    m_verb = std::make_unique<app::engine::VerbProcess>(m_program);
    connect(m_verb.get(), &app::engine::VerbProcess::line, this, [this](const Value& line) {
        if (line["index"].isInteger() && line["mean_nll"].isNumber()) {
            m_rows.push_back(readLoss(line));
            if (m_rows.size() % kToldRows == 0) {
                Q_EMIT progress(qint64(m_rows.size()));
            }
        }
    });
    connect(m_verb.get(),
            &app::engine::VerbProcess::finished,
            this,
            [this](const Result<Value>& result) {
                m_verb.release()->deleteLater();
                sortByLoss(m_rows);
                if (result.ok()) {
                    Q_EMIT finished();
                } else {
                    Q_EMIT failed(result.error());
                }
            });
    m_verb->start(lossArguments(source, model, adapter));
}

void RowLosses::stop()
{
    if (m_verb) {
        m_verb->stop();
    }
}

void RowLosses::clear()
{
    m_verb.reset();
    m_rows.clear();
}

} // namespace ui::pages::data
