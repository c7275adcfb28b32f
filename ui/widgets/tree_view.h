// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The tree as visual.md draws it: rows of 28, our chevrons, lines by delegate, whole-row selection.
#pragma once

#include <QPersistentModelIndex>
#include <QTreeView>

namespace ui::widgets {

class TreeView : public QTreeView
{
    Q_OBJECT

public:
    explicit TreeView(QWidget* parent = nullptr);

    bool isHovered(const QModelIndex& index) const;

protected:
    bool viewportEvent(QEvent* event) override;
    void drawRow(QPainter* painter,
                 const QStyleOptionViewItem& option,
                 const QModelIndex& index) const override;
    void
    drawBranches(QPainter* painter, const QRect& rect, const QModelIndex& index) const override;

private:
    QPersistentModelIndex m_hovered;
};

} // namespace ui::widgets
