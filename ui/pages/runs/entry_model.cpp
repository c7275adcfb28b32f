// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/entry_model.h"

#include "ui/widgets/elided_label.h"
#include "ui/widgets/item_roles.h"

namespace ui::pages::runs {

void EntryModel::setEntries(QList<Entry> entries)
{
    beginResetModel();
    m_entries = std::move(entries);
    filter();
    endResetModel();
}

void EntryModel::setFilter(const QString& text)
{
    beginResetModel();
    m_filter = text;
    filter();
    endResetModel();
}

void EntryModel::filter()
{
    m_rows.clear();
    for (qsizetype row = 0; row < m_entries.size(); ++row) {
        const Entry& entry = m_entries[row];
        if (m_filter.isEmpty() || entry.key.contains(m_filter, Qt::CaseInsensitive)
            || entry.value.contains(m_filter, Qt::CaseInsensitive)) {
            m_rows.append(row);
        }
    }
}

int EntryModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int EntryModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : 2;
}

QVariant EntryModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    const Entry& entry = m_entries[m_rows[index.row()]];
    switch (role) {
    case Qt::DisplayRole:
        return index.column() == 0 ? entry.key : widgets::firstLine(entry.value);
    case widgets::MonoRole:
        return true;
    case widgets::ToneRole:
        return static_cast<int>(index.column() == 0 ? Tone::Secondary : Tone::Normal);
    default:
        return {};
    }
}

QVariant EntryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::DisplayRole) {
        return section == 0 ? tr("Setting") : tr("Value");
    }
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole) {
        return int(Qt::AlignLeft | Qt::AlignVCenter);
    }
    return {};
}

} // namespace ui::pages::runs
