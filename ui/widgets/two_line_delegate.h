// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A cell of two lines: the display text, and SecondLineRole small below it. Rows are 44 high.
#pragma once

#include "ui/widgets/row_delegate.h"

namespace ui::widgets {

class TwoLineDelegate : public RowDelegate
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
