// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The pages as rows of the sidebar.
#pragma once

#include "ui/shell/page_registry.h"

#include <QAbstractListModel>
#include <QSet>

#include <vector>

namespace ui::shell {

class SidebarModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        IdRole = Qt::UserRole,
        IconRole,        // the name of the icon
        StartsGroupRole, // a line stands above it
        DotRole,         // something goes on there
    };

    // `pages` outlives the model.
    explicit SidebarModel(const std::vector<PageEntry>& pages, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

    QModelIndex indexOf(const QString& id) const;
    void setDot(const QString& id, bool isShown);
    // Names as tooltips, for when only icons are seen.
    void setShowsTooltips(bool shows);

private:
    QString shortcut(int row) const;

    const std::vector<PageEntry>& m_pages;
    QSet<QString> m_dots;
    bool m_showsTooltips = false;
};

// "Ctrl+1" … "Ctrl+9", "Ctrl+0" for the page in that row; empty beyond ten.
QString pageShortcut(int row);

} // namespace ui::shell
