// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/palette_model.h"

#include "ui/shell/fuzzy.h"

#include <algorithm>
#include <utility>

namespace ui::shell {

void PaletteModel::setEntries(PaletteEntries entries)
{
    m_entries = std::move(entries);
}

void PaletteModel::addSource(PaletteSource source)
{
    m_sources.push_back(std::move(source));
}

void PaletteModel::type(const QString& typed)
{
    beginResetModel();
    m_rows.clear();
    for (const PaletteEntry& entry : m_entries) {
        if (const auto match = fuzzyMatch(typed, entry.text)) {
            m_rows.push_back({entry, match->score, match->positions});
        }
    }
    std::stable_sort(m_rows.begin(), m_rows.end(), [](const Row& left, const Row& right) {
        return left.score > right.score;
    });
    for (const PaletteSource& source : m_sources) {
        for (const PaletteEntry& entry : source(typed)) {
            const auto match = fuzzyMatch(typed, entry.text);
            m_rows.push_back({entry, 0, match ? match->positions : QList<int>()});
        }
    }
    if (m_rows.size() > kMostRows) {
        m_rows.resize(kMostRows);
    }
    endResetModel();
}

void PaletteModel::run(int row) const
{
    // A copy: what runs may type into the palette again.
    const auto action = m_rows.at(static_cast<size_t>(row)).entry.run;
    action();
}

int PaletteModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant PaletteModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const Row& row = m_rows[static_cast<size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return row.entry.text;
    case Qt::AccessibleTextRole:
        return QString(row.entry.text + QStringLiteral(", ") + row.entry.kind);
    case KindRole:
        return row.entry.kind;
    case DetailRole:
        return row.entry.detail;
    case KeysRole:
        return row.entry.keys;
    case IconNameRole:
        return row.entry.iconName;
    case PositionsRole:
        return QVariant::fromValue(row.positions);
    default:
        return {};
    }
}

} // namespace ui::shell
