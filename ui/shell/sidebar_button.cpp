// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/sidebar_button.h"

#include "ui/shell/sidebar_delegate.h"
#include "ui/theme/icon.h"
#include "ui/theme/theme.h"

#include <QFontMetrics>
#include <QPainter>

namespace ui::shell {

SidebarButton::SidebarButton(Look look, const QString& iconName, QWidget* parent)
    : QAbstractButton(parent), m_look(look), m_iconName(iconName)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
    connect(&theme(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void SidebarButton::setWords(const QString& text, const QString& keys)
{
    setText(text);
    m_keys = keys;
    setAccessibleName(text);
    setNarrow(m_isNarrow);
}

void SidebarButton::setIconName(const QString& iconName)
{
    m_iconName = iconName;
    update();
}

void SidebarButton::setNarrow(bool isNarrow)
{
    m_isNarrow = isNarrow;
    setToolTip(!isNarrow          ? QString()
               : m_keys.isEmpty() ? text()
                                  : text() + QStringLiteral("  ") + m_keys);
    update();
}

QSize SidebarButton::sizeHint() const
{
    return {theme().px(2 * sidebar::kTextLeft), theme().height(Size::Control)};
}

QSize SidebarButton::minimumSizeHint() const
{
    return {theme().px(sidebar::kIcon), sizeHint().height()};
}

void SidebarButton::paintBox(QPainter& painter, const QRect& box) const
{
    const double radius = theme().number(QStringLiteral("radius/control"));
    painter.setPen(Qt::NoPen);
    if (m_look == Look::Field) {
        painter.setPen(
            QPen(theme().color(underMouse() ? Color::TextSecondary : Color::FieldLine), 1));
        painter.setBrush(theme().color(Color::Surface));
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    } else if (isDown() || underMouse()) {
        painter.setBrush(theme().color(isDown() ? Color::Selected : Color::Hover));
        painter.drawRoundedRect(box, radius, radius);
    }
}

void SidebarButton::paintEvent(QPaintEvent* event)
{
    Q_UNUSED(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const int margin = theme().px(sidebar::kMargin);
    const QRect box = rect().adjusted(margin, 0, -margin, 0);
    paintBox(painter, box);

    const int side = theme().px(sidebar::kIcon);
    const int left = m_isNarrow ? (width() - side) / 2 : theme().px(sidebar::kIconLeft);
    ui::icon(m_iconName).paint(&painter, QRect(left, (height() - side) / 2, side, side));
    if (m_isNarrow) {
        return;
    }
    const QRect words = box.adjusted(theme().px(sidebar::kTextLeft) - margin, 0, -margin, 0);
    painter.setPen(theme().color(Color::TextTertiary));
    painter.setFont(theme().font(Type::Small));
    int keysWidth = 0;
    if (!m_keys.isEmpty()) {
        painter.setFont(theme().font(Type::Caption));
        keysWidth = painter.fontMetrics().horizontalAdvance(m_keys) + margin;
        painter.drawText(words, int(Qt::AlignVCenter | Qt::AlignRight), m_keys);
        painter.setFont(theme().font(Type::Body));
    }
    const QRect room = words.adjusted(0, 0, -keysWidth, 0);
    painter.drawText(room,
                     int(Qt::AlignVCenter | Qt::AlignLeft),
                     painter.fontMetrics().elidedText(text(), Qt::ElideRight, room.width()));
}

void SidebarButton::enterEvent(QEnterEvent* event)
{
    QAbstractButton::enterEvent(event);
    update();
}

void SidebarButton::leaveEvent(QEvent* event)
{
    QAbstractButton::leaveEvent(event);
    update();
}

} // namespace ui::shell
