// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/found_row_model.h"

#include "app/base/format.h"
#include "ui/pages/data/row_table_model.h"
#include "ui/theme/tone.h"
#include "ui/widgets/item_roles.h"

namespace ui::pages::data {

using namespace Qt::StringLiterals;

FoundRowModel::FoundRowModel(RowTableModel& texts, QObject* parent)
    : QAbstractTableModel(parent), m_texts(texts)
{
    const auto refresh = [this] {
        if (rowCount() > 0) {
            Q_EMIT dataChanged(index(0, Text), index(rowCount() - 1, Text));
        }
    };
    connect(&texts, &RowTableModel::arrived, this, refresh);
    connect(&texts, &QAbstractItemModel::dataChanged, this, refresh);
}

void FoundRowModel::setFinding(Finding finding)
{
    beginResetModel();
    m_finding = std::move(finding);
    endResetModel();
}

int FoundRowModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_finding.rows.size());
}

int FoundRowModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

QString FoundRowModel::text(const FoundRow& row) const
{
    if (row.index < 0 || !row.text.isEmpty()) {
        return row.text.left(300).simplified();
    }
    const int place = m_texts.rowOfIndex(row.index);
    const DataRow* known = place < 0 ? nullptr : m_texts.rowAt(place);
    if (known == nullptr) {
        return u"…"_s;
    }
    return known->prompt.isEmpty() || known->answer.isEmpty()
               ? QString(known->prompt + known->answer)
               : QString(known->prompt + u" → "_s + known->answer);
}

QVariant FoundRowModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    const FoundRow& row = at(index.row());
    switch (role) {
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter | (index.column() == Text ? Qt::AlignLeft : Qt::AlignRight));
    case widgets::ToneRole:
        return int(index.column() == Number ? Tone::Tertiary : Tone::Normal);
    case Qt::DisplayRole:
        break;
    default:
        return {};
    }
    switch (index.column()) {
    case Number:
        return row.index < 0 ? app::noValue() : app::formatCount(row.index + 1);
    case Text:
        return text(row);
    default:
        return foundWords(m_finding.check, row);
    }
}

QVariant FoundRowModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return int(Qt::AlignVCenter | (section == Text ? Qt::AlignLeft : Qt::AlignRight));
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Number:
        return tr("Row");
    case Text:
        return m_finding.check == Check::Labels ? tr("Label") : tr("Text");
    default:
        return m_finding.check == Check::Loss ? tr("Loss") : tr("Found");
    }
}

} // namespace ui::pages::data
