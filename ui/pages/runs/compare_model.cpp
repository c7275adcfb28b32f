// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/compare_model.h"

#include "ui/theme/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/item_roles.h"

#include <QPainter>
#include <QPixmap>

namespace ui::pages::runs {

namespace {

constexpr int kSwatch = 10;

QPixmap swatch(int series)
{
    const int size = theme().px(kSwatch);
    QPixmap pixmap(size * 2, size * 2);
    pixmap.setDevicePixelRatio(2);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().series(series).color);
    painter.drawRoundedRect(0, 0, size, size, 2, 2);
    return pixmap;
}

} // namespace

void CompareModel::show(const QStringList& names,
                        const QList<int>& colors,
                        const QList<ComparedRow>& rows)
{
    const bool sameShape = names == m_names && colors == m_colors && rows.size() == m_rows.size();
    if (sameShape) {
        m_rows = rows;
        if (!rows.isEmpty()) {
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        }
        return;
    }
    beginResetModel();
    m_names = names;
    m_colors = colors;
    m_rows = rows;
    endResetModel();
}

QString CompareModel::text() const
{
    QStringList lines(QString(u'\t' % m_names.join(u'\t')));
    for (const ComparedRow& row : m_rows) {
        QStringList cells(row.name);
        for (const ComparedCell& cell : row.cells) {
            cells.append(cell.text);
        }
        lines.append(cells.join(u'\t'));
    }
    return lines.join(u'\n');
}

int CompareModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int CompareModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_names.size()) + 1;
}

QVariant CompareModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    const ComparedRow& row = m_rows[index.row()];
    if (index.column() == 0) {
        return role == Qt::DisplayRole     ? QVariant(row.name)
               : role == widgets::ToneRole ? QVariant(static_cast<int>(Tone::Secondary))
                                           : QVariant();
    }
    const ComparedCell& cell = row.cells[index.column() - 1];
    switch (role) {
    case Qt::DisplayRole:
        return widgets::firstLine(cell.text);
    case Qt::TextAlignmentRole:
        return int(Qt::AlignRight | Qt::AlignVCenter);
    case widgets::StrongRole:
        return cell.isBest || cell.differs;
    case widgets::ToneRole:
        return static_cast<int>(cell.isBest ? Tone::Ok : Tone::Normal);
    case Qt::AccessibleTextRole:
        return cell.isBest ? tr("%1, the best").arg(cell.text) : cell.text;
    default:
        return {};
    }
}

QVariant CompareModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return int((section == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    }
    if (section == 0 || section > m_names.size()) {
        return {};
    }
    if (role == Qt::DisplayRole) {
        return m_names[section - 1];
    }
    return role == Qt::DecorationRole ? QVariant(swatch(m_colors[section - 1])) : QVariant();
}

} // namespace ui::pages::runs
