// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The list at a page's left: two-line rows, one selection, follows keys and clicks.
#pragma once

#include <QListView>

namespace ui::widgets {

class ListView : public QListView
{
    Q_OBJECT

public:
    explicit ListView(QWidget* parent = nullptr);

    void setModel(QAbstractItemModel* model) override;

Q_SIGNALS:
    // The current row is another, by key, click or program; invalid when there is none.
    void currentRowChanged(const QModelIndex& index);
};

} // namespace ui::widgets
