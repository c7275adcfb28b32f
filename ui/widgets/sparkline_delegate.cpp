// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/sparkline_delegate.h"

#include "ui/theme/theme.h"
#include "ui/widgets/item_roles.h"
#include "ui/widgets/sparkline.h"

#include <QPainter>

namespace ui::widgets {
namespace {

constexpr int kWidth = 80;
constexpr int kHeight = 20;

} // namespace

void SparklineDelegate::paintContent(QPainter& painter,
                                     const QRect& rect,
                                     const QStyleOptionViewItem&,
                                     const QModelIndex& index) const
{
    const auto points = index.data(PointsRole).value<QList<double>>();
    const int height = theme().px(kHeight);
    const QRectF box(rect.left(),
                     rect.top() + (rect.height() - height) / 2.0,
                     std::min(rect.width(), theme().px(kWidth)),
                     height);
    paintSparkline(
        painter, box, points, sparklineColor(StatusKind(index.data(StatusRole).toInt())));
}

int SparklineDelegate::contentWidth(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return theme().px(kWidth);
}

} // namespace ui::widgets
