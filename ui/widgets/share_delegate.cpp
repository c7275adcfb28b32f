// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/share_delegate.h"

#include "ui/theme/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/item_roles.h"
#include "ui/widgets/progress_bar.h"

#include <QPainter>

namespace ui::widgets {
namespace {

constexpr int kWidth = 40;
constexpr int kHeight = 6;
constexpr int kGap = 8;

} // namespace

void ShareDelegate::paintContent(QPainter& painter,
                                 const QRect& rect,
                                 const QStyleOptionViewItem&,
                                 const QModelIndex& index) const
{
    const double width = theme().px(kWidth);
    paintProgress(
        painter,
        {double(rect.left()), rect.top() + (rect.height() - kHeight) / 2.0, width, kHeight},
        index.data(ShareRole).toDouble(),
        theme().series(0).color);
    paintText(painter,
              rect.adjusted(int(width) + kGap, 0, 0, 0),
              index.data().toString(),
              theme().font(Type::Small),
              colorOf(toneAt(index, ToneRole, Tone::Tertiary)),
              Qt::AlignLeft,
              Qt::ElideRight);
}

int ShareDelegate::contentWidth(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const QFontMetrics metrics(theme().font(Type::Small));
    return theme().px(kWidth) + kGap + metrics.horizontalAdvance(firstLine(index.data().toString()))
           + 1;
}

} // namespace ui::widgets
