// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/models/drop_button.h"

#include "ui/theme/icon.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace ui::pages::models {

using namespace Qt::StringLiterals;

DropButton::DropButton(const QString& text, QWidget* parent) : QAbstractButton(parent)
{
    setText(text);
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    connect(&theme(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

QSize DropButton::sizeHint() const
{
    const QFontMetrics metrics(theme().font(Type::Small));
    return {metrics.horizontalAdvance(text()) + theme().px(64), theme().px(54)};
}

QSize DropButton::minimumSizeHint() const
{
    return {theme().px(80), sizeHint().height()};
}

void DropButton::paintEvent(QPaintEvent*)
{
    const Theme& look = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool lit = underMouse() || hasFocus();
    QPen dashes(look.color(lit ? Color::Accent : Color::LineStrong), hasFocus() ? 2 : 1);
    dashes.setDashPattern({3, 3});
    painter.setPen(dashes);
    painter.setBrush(lit ? look.color(Color::AccentSoft) : QColor(Qt::transparent));
    const double radius = look.number(u"radius/control"_s);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), radius, radius);

    const int icon = look.px(16);
    painter.setFont(look.font(Type::Small));
    const int room = width() - icon - look.px(32);
    const QString words = painter.fontMetrics().elidedText(text(), Qt::ElideRight, room);
    const int wide = painter.fontMetrics().horizontalAdvance(words) + icon + look.px(8);
    const int left = (width() - wide) / 2;
    painter.drawPixmap(
        left,
        (height() - icon) / 2,
        iconPixmap(u"folder"_s, look.color(Color::TextSecondary), icon, devicePixelRatioF()));
    painter.setPen(look.color(Color::TextSecondary));
    painter.drawText(QRect(left + icon + look.px(8), 0, wide, height()),
                     Qt::AlignVCenter | Qt::AlignLeft,
                     words);
}

} // namespace ui::pages::models
