// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A row of the list at a page's left: dot, name and time; second line, then words or a sparkline.
// The selected row has an accent bar at its left edge.
#pragma once

#include "ui/widgets/row_delegate.h"

namespace ui::widgets {

class ListRowDelegate : public RowDelegate
{
    Q_OBJECT

public:
    using RowDelegate::RowDelegate;

protected:
    void paintContent(QPainter& painter,
                      const QRect& rect,
                      const QStyleOptionViewItem& option,
                      const QModelIndex& index) const override;
    QString fullText(const QModelIndex& index) const override;
    int contentWidth(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    int rowHeight() const override;
};

} // namespace ui::widgets
