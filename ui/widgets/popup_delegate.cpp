// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/popup_delegate.h"

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/item_roles.h"
#include "ui/widgets/row_delegate.h"

#include <QComboBox>
#include <QPainter>

namespace ui::widgets {
namespace {

constexpr int kPadding = 10;
constexpr int kGap = 8;
constexpr int kIcon = 16;

bool isSeparator(const QModelIndex& index)
{
    return index.data(Qt::AccessibleDescriptionRole).toString() == QLatin1String("separator");
}

} // namespace

PopupDelegate::PopupDelegate(QComboBox* combo) : QStyledItemDelegate(combo), m_combo(combo)
{
}

void PopupDelegate::paint(QPainter* painter,
                          const QStyleOptionViewItem& option,
                          const QModelIndex& index) const
{
    const QRect rect = option.rect;
    if (isSeparator(index)) {
        painter->fillRect(
            rect.left(), rect.center().y(), rect.width(), 1, theme().color(Color::Line));
        return;
    }
    const bool isEnabled = option.state.testFlag(QStyle::State_Enabled);
    const bool isHot = isEnabled
                       && (option.state.testFlag(QStyle::State_Selected)
                           || option.state.testFlag(QStyle::State_MouseOver));
    painter->fillRect(rect, theme().color(isHot ? Color::Hover : Color::Surface));
    QRect room = rect.adjusted(theme().px(kPadding), 0, -theme().px(kPadding), 0);
    const QVariant decoration = index.data(Qt::DecorationRole);
    if (decoration.canConvert<QIcon>() && !decoration.value<QIcon>().isNull()) {
        const int side = theme().px(kIcon);
        const QRect box(room.left(), room.center().y() - side / 2 + 1, side, side);
        decoration.value<QIcon>().paint(
            painter, box, Qt::AlignCenter, isEnabled ? QIcon::Normal : QIcon::Disabled);
        room.setLeft(box.right() + 1 + kGap);
    }
    const bool isCurrent = index.row() == m_combo->currentIndex();
    const QRect mark(
        room.right() - theme().px(kIcon), rect.top(), theme().px(kIcon), rect.height());
    if (isCurrent) {
        paintIcon(*painter, mark, QStringLiteral("check"), theme().color(Color::Accent), 14);
    }
    room.setRight(mark.left() - kGap);
    const QString second = firstLine(index.data(SecondLineRole).toString());
    if (!second.isEmpty()) {
        const QFont small = theme().font(Type::Small);
        const int width = std::min(QFontMetrics(small).horizontalAdvance(second), room.width() / 2);
        paintText(*painter,
                  room.adjusted(room.width() - width, 0, 0, 0),
                  second,
                  small,
                  Color::TextTertiary,
                  Qt::AlignRight);
        room.setRight(room.right() - width - kGap);
    }
    paintText(*painter,
              room,
              index.data().toString(),
              m_combo->font(),
              isEnabled ? Color::Text : Color::TextDisabled);
}

QSize PopupDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    if (isSeparator(index)) {
        return {0, 9};
    }
    const QString second = firstLine(index.data(SecondLineRole).toString());
    int width = QFontMetrics(m_combo->font()).horizontalAdvance(firstLine(index.data().toString()))
                + 2 * theme().px(kPadding) + 2 * (theme().px(kIcon) + kGap);
    if (!second.isEmpty()) {
        width += QFontMetrics(theme().font(Type::Small)).horizontalAdvance(second) + 2 * kGap;
    }
    return {width, theme().height(Size::Control)};
}

} // namespace ui::widgets
