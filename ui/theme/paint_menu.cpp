// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/paint_menu.h"

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QStyle>
#include <QStyleOption>

#include <algorithm>

namespace ui {

namespace {

constexpr int kPadding = 12;
constexpr int kVerticalPadding = 6;
constexpr int kMark = 16; // an icon, a check mark
constexpr int kGap = 8;
constexpr int kShortcutGap = 24;
constexpr int kSeparator = 9;

bool isSeparator(const QStyleOptionMenuItem& item)
{
    return item.menuItemType == QStyleOptionMenuItem::Separator;
}

// Room before the words, the same for every item of the menu.
int markWidth(const QStyleOptionMenuItem& item)
{
    const bool hasMarks = item.menuHasCheckableItems || item.maxIconWidth > 0;
    return hasMarks ? theme().px(kMark + kGap) : 0;
}

void paintMark(QPainter& painter, const QRect& rect, const QStyleOptionMenuItem& item, bool isOn)
{
    const int side = theme().px(kMark);
    const QRect box(rect.left(), rect.center().y() - side / 2, side, side);
    if (item.checkType != QStyleOptionMenuItem::NotCheckable) {
        if (item.checked) {
            paintIcon(painter, box, QStringLiteral("check"), theme().color(Color::Accent));
        }
    } else if (!item.icon.isNull()) {
        item.icon.paint(&painter, box, Qt::AlignCenter, isOn ? QIcon::Normal : QIcon::Disabled);
    }
}

} // namespace

void paintMenuPanel(QPainter& painter, const QRect& rect)
{
    painter.fillRect(rect, theme().color(Color::Surface));
    paintRoundedBox(
        painter, rect, theme().color(Color::Surface), theme().color(Color::LineStrong), 0);
}

void paintMenuItem(QPainter& painter, const QStyleOptionMenuItem& item)
{
    if (isSeparator(item)) {
        painter.fillRect(QRect(item.rect.left(), item.rect.center().y(), item.rect.width(), 1),
                         theme().color(Color::Line));
        return;
    }
    const bool isEnabled = item.state.testFlag(QStyle::State_Enabled);
    if (isEnabled && item.state.testFlag(QStyle::State_Selected)) {
        const QColor hover = theme().color(Color::Hover);
        paintRoundedBox(
            painter, item.rect, hover, hover, theme().number(QStringLiteral("radius/chip")));
    }
    const auto placed = [&](const QRect& rect) {
        return QStyle::visualRect(item.direction, item.rect, rect);
    };
    const int padding = theme().px(kPadding);
    const QRect room = item.rect.adjusted(padding, 0, -padding, 0);
    paintMark(painter,
              placed(QRect(room.left(), room.top(), theme().px(kMark), room.height())),
              item,
              isEnabled);
    const QStringList words = item.text.split(QLatin1Char('\t'));
    painter.setFont(item.font);
    painter.setPen(theme().color(isEnabled ? Color::Text : Color::TextDisabled));
    const bool hidesKeys = !item.state.testFlag(QStyle::State_HasFocus);
    const int flags = Qt::AlignVCenter | Qt::TextSingleLine
                      | (hidesKeys ? Qt::TextHideMnemonic : Qt::TextShowMnemonic);
    const bool isReversed = item.direction == Qt::RightToLeft;
    painter.drawText(placed(room.adjusted(markWidth(item), 0, 0, 0)),
                     flags | (isReversed ? Qt::AlignRight : Qt::AlignLeft),
                     words.value(0));
    if (words.size() > 1) {
        painter.setPen(theme().color(Color::TextTertiary));
        painter.drawText(
            placed(room), flags | (isReversed ? Qt::AlignLeft : Qt::AlignRight), words.value(1));
    }
    if (item.menuItemType == QStyleOptionMenuItem::SubMenu) {
        const int side = theme().px(kMark);
        const QRect end(room.right() - side + 1, room.top(), side, room.height());
        paintIcon(painter,
                  placed(end),
                  isReversed ? QStringLiteral("chevron_left") : QStringLiteral("chevron_right"),
                  theme().color(Color::TextSecondary),
                  12);
    }
}

QSize menuItemSize(const QStyleOptionMenuItem& item)
{
    if (isSeparator(item)) {
        return {theme().px(kMark), kSeparator};
    }
    const QFontMetrics metrics(item.font);
    const QStringList words = item.text.split(QLatin1Char('\t'));
    int width = 2 * theme().px(kPadding) + markWidth(item)
                + metrics.size(Qt::TextShowMnemonic | Qt::TextSingleLine, words.value(0)).width();
    if (words.size() > 1) {
        width += theme().px(kShortcutGap) + metrics.horizontalAdvance(words.value(1));
    }
    if (item.menuItemType == QStyleOptionMenuItem::SubMenu) {
        width += theme().px(kMark + kGap);
    }
    return {width, metrics.height() + 2 * theme().px(kVerticalPadding)};
}

} // namespace ui
