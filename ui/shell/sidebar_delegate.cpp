// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/sidebar_delegate.h"

#include "ui/shell/sidebar_model.h"
#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/widgets/status_label.h"

#include <QFontMetrics>
#include <QPainter>

#include <algorithm>

namespace ui::shell {

namespace {

constexpr int kGap = 2;       // between rows
constexpr int kGroupGap = 17; // with the line in its middle
constexpr int kBarWidth = 3;
constexpr int kBarInset = 8;   // from the top and bottom of the row
constexpr int kLineInset = 16; // from both sides

bool startsGroup(const QModelIndex& index)
{
    return index.data(SidebarModel::StartsGroupRole).toBool();
}

void paintFill(QPainter& painter, const QRect& row, QStyle::State state)
{
    const bool isSelected = state.testFlag(QStyle::State_Selected);
    if (isSelected || state.testFlag(QStyle::State_MouseOver)) {
        const double radius = theme().number(QStringLiteral("radius/control"));
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme().color(isSelected ? Color::Selected : Color::Hover));
        painter.drawRoundedRect(row, radius, radius);
    }
    if (isSelected) {
        const int inset = theme().px(kBarInset);
        const QRectF bar(row.left(), row.top() + inset, kBarWidth, row.height() - 2 * inset);
        painter.setBrush(theme().color(Color::Accent));
        painter.drawRoundedRect(bar, kBarWidth / 2.0, kBarWidth / 2.0);
    }
    // The ring is for the keyboard: a click leaves none.
    if (state.testFlag(QStyle::State_HasFocus)
        && state.testFlag(QStyle::State_KeyboardFocusChange)) {
        painter.setPen(QPen(theme().color(Color::Accent), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(row).adjusted(1, 1, -1, -1), 5, 5);
    }
}

} // namespace

void SidebarDelegate::paint(QPainter* painter,
                            const QStyleOptionViewItem& option,
                            const QModelIndex& index) const
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    QRect cell = option.rect;
    if (startsGroup(index)) {
        const int gap = theme().px(kGroupGap);
        const int inset = theme().px(kLineInset);
        painter->fillRect(
            QRect(cell.left() + inset, cell.top() + gap / 2, cell.width() - 2 * inset, 1),
            theme().color(Color::LineStrong));
        cell.setTop(cell.top() + gap);
    }
    const int margin = theme().px(sidebar::kMargin);
    const QRect row = cell.adjusted(margin, 0, -margin, -theme().px(kGap));
    paintFill(*painter, row, option.state);

    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    const bool isNarrow = cell.width() < theme().px(2 * sidebar::kTextLeft);
    const int side = theme().px(sidebar::kIcon);
    const int iconLeft = isNarrow ? (cell.width() - side) / 2 : theme().px(sidebar::kIconLeft);
    const QRect iconRect(cell.left() + iconLeft, row.center().y() + 1 - side / 2, side, side);
    icon(index.data(SidebarModel::IconRole).toString())
        .paint(painter, iconRect, Qt::AlignCenter, isSelected ? QIcon::Selected : QIcon::Normal);
    if (!isNarrow) {
        const QRect words = row.adjusted(theme().px(sidebar::kTextLeft) - margin, 0, 0, 0);
        painter->setFont(theme().font(Type::Body));
        painter->setPen(theme().color(isSelected ? Color::Text : Color::TextSecondary));
        painter->drawText(words, int(Qt::AlignVCenter | Qt::AlignLeft), index.data().toString());
    }
    if (index.data(SidebarModel::DotRole).toBool()) {
        const QPointF centre = isNarrow
                                   ? QPointF(iconRect.right() + 3, iconRect.top())
                                   : QPointF(row.right() - theme().px(sidebar::kDotRight) + margin,
                                             row.center().y() + 1);
        widgets::paintStatusDot(*painter, centre, StatusKind::Active);
    }
    painter->restore();
}

QSize SidebarDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    Q_UNUSED(option);
    const int gap = startsGroup(index) ? theme().px(kGroupGap) : 0;
    return {0, theme().height(Size::NavItem) + theme().px(kGap) + gap};
}

int SidebarDelegate::widthFor(const QAbstractItemModel& model)
{
    const QFontMetrics metrics(theme().font(Type::Body));
    int widest = 0;
    for (int row = 0; row < model.rowCount(); ++row) {
        widest = std::max(widest, metrics.horizontalAdvance(model.index(row, 0).data().toString()));
    }
    // Beside the name: where it starts, and the dot at the right.
    return theme().px(sidebar::kTextLeft + 2 * sidebar::kDotRight + sidebar::kMargin) + widest;
}

} // namespace ui::shell
