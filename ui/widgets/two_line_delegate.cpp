// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/two_line_delegate.h"

#include "ui/theme/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/item_roles.h"

#include <QPainter>

namespace ui::widgets {

void TwoLineDelegate::paintContent(QPainter& painter,
                                   const QRect& rect,
                                   const QStyleOptionViewItem&,
                                   const QModelIndex& index) const
{
    QFont first = theme().font(Type::Body);
    first.setWeight(QFont::Medium);
    const QFont second = theme().font(Type::Caption);
    const int firstHeight = QFontMetrics(first).height();
    const int secondHeight = QFontMetrics(second).height();
    const int top = rect.top() + (rect.height() - firstHeight - secondHeight) / 2;
    paintText(painter,
              {rect.left(), top, rect.width(), firstHeight},
              index.data().toString(),
              first,
              colorOf(toneAt(index, ToneRole, Tone::Normal)));
    paintText(painter,
              {rect.left(), top + firstHeight, rect.width(), secondHeight},
              index.data(SecondLineRole).toString(),
              second,
              colorOf(toneAt(index, SecondToneRole, Tone::Tertiary)));
}

QString TwoLineDelegate::fullText(const QModelIndex& index) const
{
    return index.data().toString() + QLatin1Char('\n') + index.data(SecondLineRole).toString();
}

int TwoLineDelegate::contentWidth(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    QFont first = theme().font(Type::Body);
    first.setWeight(QFont::Medium);
    const int above = QFontMetrics(first).horizontalAdvance(firstLine(index.data().toString()));
    const int below = QFontMetrics(theme().font(Type::Caption))
                          .horizontalAdvance(firstLine(index.data(SecondLineRole).toString()));
    return std::max(above, below) + 1;
}

int TwoLineDelegate::rowHeight() const
{
    return theme().height(Size::TableRowTwoLines);
}

} // namespace ui::widgets
