// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/method_delegate.h"

#include "ui/pages/train/method_picker.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/item_roles.h"
#include "ui/widgets/row_delegate.h"

#include <QPainter>

#include <algorithm>

namespace ui::pages::train {

namespace {

using widgets::firstLine;
using widgets::paintText;

constexpr double kPadding = 12;
constexpr double kGap = 8;
constexpr double kIcon = 16;
constexpr double kMethodAir = 14; // above, between and below the two lines
constexpr double kHeadingAir = 14;
constexpr double kScrollBar = 12; // may stand at the right

int textWidth(Type type, const QString& text)
{
    return QFontMetrics(theme().font(type)).horizontalAdvance(text) + 1;
}

int lineHeight(Type type)
{
    return QFontMetrics(theme().font(type)).height();
}

// What stands in the second line, and whether it is a refusal.
QString secondLine(const QModelIndex& index)
{
    const QString refusal = firstLine(index.data(MethodPicker::RefusalRole).toString());
    return refusal.isEmpty() ? firstLine(index.data(widgets::SecondLineRole).toString()) : refusal;
}

} // namespace

MethodDelegate::MethodDelegate(MethodPicker* picker) : QStyledItemDelegate(picker), m_picker(picker)
{
}

void MethodDelegate::paint(QPainter* painter,
                           const QStyleOptionViewItem& option,
                           const QModelIndex& index) const
{
    painter->save();
    const bool isHeading = index.data(MethodPicker::IsHeadingRole).toBool();
    const bool isHot = !isHeading
                       && (option.state.testFlag(QStyle::State_Selected)
                           || option.state.testFlag(QStyle::State_MouseOver));
    painter->fillRect(option.rect, theme().color(isHot ? Color::Hover : Color::Surface));
    if (isHeading) {
        paintHeading(*painter, option.rect, index);
    } else {
        paintMethod(*painter, option.rect, index);
    }
    painter->restore();
}

void MethodDelegate::paintHeading(QPainter& painter,
                                  const QRect& rect,
                                  const QModelIndex& index) const
{
    if (index.row() > 0) {
        painter.fillRect(rect.left(), rect.top(), rect.width(), 1, theme().color(Color::Line));
    }
    const int side = theme().px(kIcon);
    QRect room = rect.adjusted(theme().px(kPadding), theme().px(4), -theme().px(kPadding), 0);
    const QVariant sign = index.data(Qt::DecorationRole);
    if (sign.canConvert<QIcon>() && !sign.value<QIcon>().isNull()) {
        sign.value<QIcon>().paint(&painter,
                                  QRect(room.left(), room.center().y() - side / 2 + 1, side, side),
                                  Qt::AlignCenter);
    }
    room.setLeft(room.left() + side + theme().px(kGap));
    paintText(painter,
              room,
              firstLine(index.data().toString()),
              theme().font(Type::Label),
              Color::TextSecondary);
}

void MethodDelegate::paintMethod(QPainter& painter,
                                 const QRect& rect,
                                 const QModelIndex& index) const
{
    const int side = theme().px(kIcon);
    QRect room = rect.adjusted(theme().px(kPadding), 0, -theme().px(kPadding), 0);
    if (index.row() == m_picker->currentIndex()) {
        paintIcon(painter,
                  QRect(room.left(), rect.top(), side, rect.height()),
                  QStringLiteral("check"),
                  theme().color(Color::Accent),
                  14);
    }
    room.setLeft(room.left() + side + theme().px(kGap));
    const int first = lineHeight(Type::BodyStrong);
    const int second = lineHeight(Type::Small);
    const int top = rect.top() + (rect.height() - first - second - theme().px(2)) / 2;
    QRect line(room.left(), top, room.width(), first);
    if (const QString share = index.data(MethodPicker::ShareRole).toString(); !share.isEmpty()) {
        paintText(
            painter, line, share, theme().font(Type::Small), Color::TextSecondary, Qt::AlignRight);
        line.setRight(line.right() - textWidth(Type::Small, share) - theme().px(kGap));
    }
    const QString name = firstLine(index.data().toString());
    paintText(painter, line, name, theme().font(Type::BodyStrong), Color::Text);
    line.setLeft(line.left() + textWidth(Type::BodyStrong, name) + theme().px(kGap));
    paintText(painter,
              line,
              index.data(MethodPicker::PaperRole).toString(),
              theme().font(Type::Small),
              Color::TextTertiary);
    const bool isRefused = !index.data(MethodPicker::RefusalRole).toString().isEmpty();
    paintText(painter,
              QRect(room.left(), top + first + theme().px(2), room.width(), second),
              secondLine(index),
              theme().font(Type::Small),
              isRefused ? Color::Warning : Color::TextSecondary);
}

QSize MethodDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const int edges = theme().px(2 * kPadding + kIcon + kGap + kScrollBar);
    const QString name = firstLine(index.data().toString());
    if (index.data(MethodPicker::IsHeadingRole).toBool()) {
        return {textWidth(Type::Label, name) + edges,
                lineHeight(Type::Label) + theme().px(kHeadingAir)};
    }
    const QString share = index.data(MethodPicker::ShareRole).toString();
    const int first = textWidth(Type::BodyStrong, name)
                      + textWidth(Type::Small, index.data(MethodPicker::PaperRole).toString())
                      + textWidth(Type::Small, share) + 3 * theme().px(kGap);
    const int second = textWidth(Type::Small, secondLine(index));
    return {std::max(first, second) + edges,
            lineHeight(Type::BodyStrong) + lineHeight(Type::Small) + theme().px(kMethodAir)};
}

} // namespace ui::pages::train
