// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/list_row_delegate.h"

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/item_roles.h"
#include "ui/widgets/sparkline.h"
#include "ui/widgets/status_label.h"

#include <QPainter>

namespace ui::widgets {
namespace {

constexpr int kDot = 8;
constexpr int kGap = 8;
constexpr int kBar = 3;
constexpr int kSparkWidth = 48;
constexpr int kSparkHeight = 14;
constexpr int kMark = 14;

QFont nameFont()
{
    QFont font = theme().font(Type::Body);
    font.setWeight(QFont::Medium);
    return font;
}

StatusKind statusAt(const QModelIndex& index)
{
    return StatusKind(index.data(StatusRole).toInt());
}

// Draws words at the right end of `room` and takes their width from it.
void paintTrailing(QPainter& painter, QRect& room, const QString& words, Tone tone)
{
    if (words.isEmpty()) {
        return;
    }
    const QFont small = theme().font(Type::Small);
    const int width =
        std::min(QFontMetrics(small).horizontalAdvance(firstLine(words)) + 4, room.width() / 2);
    paintText(painter,
              room.adjusted(room.width() - width, 0, 0, 0),
              words,
              small,
              colorOf(tone),
              Qt::AlignRight);
    room.setRight(room.right() - width);
}

void paintSecondEnd(QPainter& painter, QRect& room, const QModelIndex& index)
{
    const auto points = index.data(PointsRole).value<QList<double>>();
    if (points.size() > 1) {
        const int width = theme().px(kSparkWidth);
        const int height = theme().px(kSparkHeight);
        const QRectF box(room.right() + 1 - width, room.center().y() - height / 2.0, width, height);
        paintSparkline(painter, box, points, sparklineColor(statusAt(index)));
        room.setRight(room.right() - width - kGap);
        return;
    }
    const Tone tone = toneAt(index, SecondTrailingToneRole, Tone::Secondary);
    paintTrailing(painter, room, index.data(SecondTrailingRole).toString(), tone);
    const QString mark = index.data(SecondTrailingIconRole).toString();
    if (!mark.isEmpty()) {
        const int side = theme().px(kMark);
        paintIcon(painter,
                  {room.right() - side - 2, room.top(), side, room.height()},
                  mark,
                  theme().color(colorOf(tone)),
                  kMark);
        room.setRight(room.right() - side - kGap);
    }
}

} // namespace

void ListRowDelegate::paintContent(QPainter& painter,
                                   const QRect& rect,
                                   const QStyleOptionViewItem& option,
                                   const QModelIndex& index) const
{
    if (option.state.testFlag(QStyle::State_Selected)) {
        painter.fillRect(
            QRect(option.rect.left(), option.rect.top(), kBar, option.rect.height() - 1),
            theme().color(Color::Accent));
    }
    const int firstHeight = QFontMetrics(nameFont()).height();
    const int secondHeight = QFontMetrics(theme().font(Type::Small)).height();
    const int between = 3;
    const int top = rect.top() + (rect.height() - firstHeight - between - secondHeight) / 2;
    QRect first(rect.left(), top, rect.width(), firstHeight);
    if (index.data(StatusRole).isValid()) {
        const double radius = theme().px(kDot) / 2.0;
        paintStatusDot(
            painter, {first.left() + radius, first.top() + first.height() / 2.0}, statusAt(index));
        first.setLeft(first.left() + theme().px(kDot) + kGap);
    }
    QRect second(first.left(), top + firstHeight + between, first.width(), secondHeight);
    paintTrailing(painter, first, index.data(TrailingRole).toString(), Tone::Secondary);
    paintText(painter,
              first.adjusted(0, 0, -kGap, 0),
              index.data().toString(),
              nameFont(),
              colorOf(toneAt(index, ToneRole, Tone::Normal)));
    paintSecondEnd(painter, second, index);
    paintText(painter,
              second.adjusted(0, 0, -kGap / 2, 0),
              index.data(SecondLineRole).toString(),
              theme().font(Type::Small),
              colorOf(toneAt(index, SecondToneRole, Tone::Secondary)),
              Qt::AlignLeft,
              Qt::ElideRight);
}

QString ListRowDelegate::fullText(const QModelIndex& index) const
{
    return index.data().toString() + QLatin1Char('\n') + index.data(SecondLineRole).toString();
}

int ListRowDelegate::contentWidth(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const QFontMetrics small(theme().font(Type::Small));
    const int dot = index.data(StatusRole).isValid() ? theme().px(kDot) + kGap : 0;
    const int first = QFontMetrics(nameFont()).horizontalAdvance(firstLine(index.data().toString()))
                      + small.horizontalAdvance(firstLine(index.data(TrailingRole).toString()));
    const int end =
        index.data(PointsRole).isValid()
            ? theme().px(kSparkWidth)
            : small.horizontalAdvance(firstLine(index.data(SecondTrailingRole).toString()));
    const int second =
        small.horizontalAdvance(firstLine(index.data(SecondLineRole).toString())) + end;
    return dot + std::max(first, second) + 2 * kGap;
}

int ListRowDelegate::rowHeight() const
{
    return theme().height(Size::ListItem);
}

} // namespace ui::widgets
