// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/section_delegate.h"

#include "ui/theme/icon.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/item_roles.h"

#include <QPainter>

namespace ui::pages::settings {

namespace {

constexpr int kIcon = 16;
constexpr int kSideMargin = 8;
constexpr int kRadius = 6;

} // namespace

void SectionDelegate::paint(QPainter* painter,
                            const QStyleOptionViewItem& option,
                            const QModelIndex& index) const
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const Theme& look = theme();
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    const bool isHovered = option.state.testFlag(QStyle::State_MouseOver);
    const QRect box = option.rect.adjusted(look.px(kSideMargin), 1, -look.px(kSideMargin), -1);
    if (isSelected || isHovered) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(look.color(isSelected ? Color::Selected : Color::Hover));
        painter->drawRoundedRect(box, kRadius, kRadius);
    }
    if (isSelected && option.state.testFlag(QStyle::State_HasFocus)) {
        painter->setPen(QPen(look.color(Color::Accent), 2));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -1), kRadius, kRadius);
    }
    const int inset = look.px(12);
    const QRect picture(box.left() + inset, box.center().y() - kIcon / 2, kIcon, kIcon);
    paintIcon(*painter,
              picture,
              index.data(widgets::IconNameRole).toString(),
              look.color(isSelected ? Color::Accent : Color::TextSecondary),
              kIcon);
    const QRect words = box.adjusted(inset + kIcon + look.px(10), 0, -look.px(kSideMargin), 0);
    widgets::paintText(*painter,
                       words,
                       index.data().toString(),
                       look.font(Type::Body),
                       Color::Text,
                       Qt::AlignLeft,
                       Qt::ElideRight);
    painter->restore();
}

QSize SectionDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return {0, theme().height(Size::NavItem) + theme().px(4)};
}

} // namespace ui::pages::settings
