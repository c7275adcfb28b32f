// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/status_delegate.h"

#include "ui/theme/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/item_roles.h"
#include "ui/widgets/status_label.h"

#include <QPainter>

namespace ui::widgets {
namespace {

constexpr int kDot = 8;
constexpr int kGap = 8;

} // namespace

void StatusDelegate::paintContent(QPainter& painter,
                                  const QRect& rect,
                                  const QStyleOptionViewItem&,
                                  const QModelIndex& index) const
{
    paintStatusDot(painter,
                   {rect.left() + theme().px(kDot) / 2.0, rect.top() + rect.height() / 2.0},
                   StatusKind(index.data(StatusRole).toInt()));
    paintText(painter,
              rect.adjusted(theme().px(kDot + kGap), 0, 0, 0),
              index.data().toString(),
              theme().font(Type::Body),
              colorOf(toneAt(index, ToneRole, Tone::Normal)),
              Qt::AlignLeft,
              Qt::ElideRight);
}

int StatusDelegate::contentWidth(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const QFontMetrics metrics(theme().font(Type::Body));
    return theme().px(kDot + kGap) + metrics.horizontalAdvance(firstLine(index.data().toString()))
           + 1;
}

} // namespace ui::widgets
