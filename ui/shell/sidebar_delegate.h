// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Paints a page in the sidebar: icon, name, the selection with its accent bar, the dot of something
// that runs, and the line above a group. Only the icon when there is no room for the name.
#pragma once

#include <QStyledItemDelegate>

namespace ui::shell {

class SidebarDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

    // The width at which every name is seen; the sidebar is never narrower when expanded.
    static int widthFor(const QAbstractItemModel& model);
};

// Where icons and words of the sidebar stand, shared by its rows and its buttons, in design pixels.
namespace sidebar {

inline constexpr int kMargin = 8;
inline constexpr int kIcon = 16;
inline constexpr int kIconLeft = 19;
inline constexpr int kTextLeft = 44;
inline constexpr int kDotRight = 16;

} // namespace sidebar

} // namespace ui::shell
