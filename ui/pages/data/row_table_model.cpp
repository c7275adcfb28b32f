// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/row_table_model.h"

#include "app/base/format.h"
#include "app/base/text.h"
#include "app/engine/engine_service.h"
#include "ui/theme/tone.h"
#include "ui/widgets/item_roles.h"

#include <QTimer>

namespace ui::pages::data {

namespace {

using engine::contract::Result;
using engine::contract::Value;
using namespace Qt::StringLiterals;

constexpr int kPage = 200;
constexpr int kLongestCell = 300;

// The first words, on one line.
QString cellText(const std::string& text)
{
    return app::qs(text).left(kLongestCell).simplified();
}

} // namespace

DataRow readDataRow(const Value& record)
{
    DataRow row;
    row.line = record["line"].toInteger();
    for (const Value& turn : record["turns"].toList()) {
        const std::string& role = turn["role"].toString();
        QString& part = role == "assistant" || role == "text" ? row.answer : row.prompt;
        if (role != "system" && part.isEmpty()) {
            part = cellText(turn["content"].toString());
            const QString input = cellText(turn["input"].toString());
            part += input.isEmpty() ? QString() : QString(u" · "_s + input);
        }
    }
    return row;
}

RowTableModel::RowTableModel(app::engine::EngineService& engine, QObject* parent)
    : QAbstractTableModel(parent), m_engine(engine)
{
}

void RowTableModel::setFile(const QString& path, qint64 rows)
{
    beginResetModel();
    m_path = path;
    m_rows = static_cast<int>(std::min<qint64>(rows, std::numeric_limits<int>::max()));
    ++m_generation;
    m_loaded.clear();
    m_asked.clear();
    endResetModel();
}

int RowTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_rows;
}

int RowTableModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

QVariant RowTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return int(Qt::AlignVCenter | (index.column() == Number ? Qt::AlignRight : Qt::AlignLeft));
    }
    if (role == widgets::ToneRole) {
        return int(index.column() == Number ? Tone::Tertiary : Tone::Normal);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    if (index.column() == Number) {
        return app::formatCount(index.row() + 1);
    }
    const auto row = m_loaded.constFind(index.row());
    if (row == m_loaded.constEnd()) {
        fetch(index.row() / kPage);
        return u"…"_s;
    }
    return index.column() == Prompt ? row->prompt : row->answer;
}

// A view asks while it paints; the question goes out afterwards.
void RowTableModel::fetch(int page) const
{
    if (m_asked.contains(page)) {
        return;
    }
    m_asked.insert(page);
    auto* self = const_cast<RowTableModel*>(this);
    const int generation = m_generation;
    QTimer::singleShot(0, self, [self, page, generation] {
        if (generation != self->m_generation) {
            return;
        }
        self->m_engine.ask(
            u"inspect data"_s,
            Value::object(
                {{"data", app::stdString(self->m_path)}, {"first", page * kPage}, {"rows", kPage}}),
            self,
            [self, page, generation](const Result<Value>& answer) {
                if (generation != self->m_generation) {
                    return;
                }
                if (answer.ok()) {
                    self->take(page, answer.value());
                } else {
                    Q_EMIT self->failed(answer.error());
                }
            });
    });
}

void RowTableModel::take(int page, const Value& answer)
{
    int row = page * kPage;
    for (const Value& record : answer["records"].toList()) {
        m_loaded.insert(row++, readDataRow(record));
    }
    if (row > page * kPage) {
        Q_EMIT dataChanged(index(page * kPage, Prompt), index(std::min(row, m_rows) - 1, Answer));
    }
}

QVariant RowTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return int(Qt::AlignVCenter | (section == Number ? Qt::AlignRight : Qt::AlignLeft));
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Number:
        return tr("Row");
    case Prompt:
        return tr("Prompt");
    case Answer:
        return tr("Answer");
    default:
        return {};
    }
}

} // namespace ui::pages::data
