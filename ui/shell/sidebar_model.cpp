// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/sidebar_model.h"

#include <QKeySequence>

namespace ui::shell {

namespace {

constexpr int kDigits = 10;

} // namespace

QString pageShortcut(int row)
{
    return row < kDigits ? QStringLiteral("Ctrl+%1").arg((row + 1) % kDigits) : QString();
}

SidebarModel::SidebarModel(const std::vector<PageEntry>& pages, QObject* parent)
    : QAbstractListModel(parent), m_pages(pages)
{
}

int SidebarModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_pages.size());
}

QVariant SidebarModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const PageEntry& page = m_pages[static_cast<size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return pageName(page);
    case Qt::AccessibleTextRole:
        return m_dots.contains(QLatin1String(page.id))
                   ? tr("%1, something is running").arg(pageName(page))
                   : pageName(page);
    case Qt::ToolTipRole:
        return m_showsTooltips ? QVariant(pageName(page) + shortcut(index.row())) : QVariant();
    case IdRole:
        return QLatin1String(page.id);
    case IconRole:
        return QLatin1String(page.icon);
    case StartsGroupRole:
        return index.row() > 0 && m_pages[static_cast<size_t>(index.row() - 1)].group != page.group;
    case DotRole:
        return m_dots.contains(QLatin1String(page.id));
    default:
        return {};
    }
}

QModelIndex SidebarModel::indexOf(const QString& id) const
{
    for (int row = 0; row < rowCount(); ++row) {
        if (id == QLatin1String(m_pages[static_cast<size_t>(row)].id)) {
            return index(row);
        }
    }
    return {};
}

void SidebarModel::setDot(const QString& id, bool isShown)
{
    if (isShown == m_dots.contains(id)) {
        return;
    }
    if (isShown) {
        m_dots.insert(id);
    } else {
        m_dots.remove(id);
    }
    const QModelIndex changed = indexOf(id);
    Q_EMIT dataChanged(changed, changed, {DotRole, Qt::AccessibleTextRole});
}

void SidebarModel::setShowsTooltips(bool shows)
{
    m_showsTooltips = shows;
}

QString SidebarModel::shortcut(int row) const
{
    const QString keys = pageShortcut(row);
    return keys.isEmpty() ? QString()
                          : QStringLiteral("  ")
                                + QKeySequence(keys, QKeySequence::PortableText)
                                      .toString(QKeySequence::NativeText);
}

} // namespace ui::shell
