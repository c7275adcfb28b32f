// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/svg_icon_engine.h"

#include "ui/theme/theme.h"

#include <QPainter>

namespace ui {
namespace {

Color normalColor(IconRole role)
{
    switch (role) {
    case IconRole::Normal:
        return Color::TextSecondary;
    case IconRole::Strong:
        return Color::Text;
    case IconRole::OnAccent:
        return Color::OnAccent;
    case IconRole::Accent:
        return Color::Accent;
    case IconRole::Ok:
        return Color::Ok;
    case IconRole::Warning:
        return Color::Warning;
    case IconRole::Error:
        return Color::Error;
    case IconRole::Tertiary:
        return Color::TextTertiary;
    }
    return Color::TextSecondary;
}

} // namespace

QColor iconColor(IconRole role, QIcon::Mode mode, QIcon::State state)
{
    if (mode == QIcon::Disabled) {
        return theme().color(Color::TextDisabled);
    }
    const bool followsState = role == IconRole::Normal || role == IconRole::Strong;
    if (followsState && (mode == QIcon::Selected || state == QIcon::On)) {
        return theme().color(Color::Accent);
    }
    return theme().color(normalColor(role));
}

SvgIconEngine::SvgIconEngine(QString name, IconRole role) : m_name(std::move(name)), m_role(role)
{
}

QColor SvgIconEngine::colorOf(QIcon::Mode mode, QIcon::State state) const
{
    return iconColor(m_role, mode, state);
}

void SvgIconEngine::paint(QPainter* painter,
                          const QRect& rect,
                          QIcon::Mode mode,
                          QIcon::State state)
{
    const int side = std::min(rect.width(), rect.height());
    const QPixmap drawn =
        iconPixmap(m_name, colorOf(mode, state), side, painter->device()->devicePixelRatioF());
    const QPoint corner(rect.x() + (rect.width() - side) / 2,
                        rect.y() + (rect.height() - side) / 2);
    painter->drawPixmap(corner, drawn);
}

QPixmap SvgIconEngine::pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state)
{
    return scaledPixmap(size, mode, state, 1);
}

// `size` is in device pixels, `scale` the ratio that the result is to carry.
QPixmap
SvgIconEngine::scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal scale)
{
    const int side = std::min(size.width(), size.height());
    QPixmap drawn = iconPixmap(m_name, colorOf(mode, state), side, 1);
    drawn.setDevicePixelRatio(scale);
    return drawn;
}

QSize SvgIconEngine::actualSize(const QSize& size, QIcon::Mode, QIcon::State)
{
    const int side = std::min(size.width(), size.height());
    return {side, side};
}

QIconEngine* SvgIconEngine::clone() const
{
    return new SvgIconEngine(m_name, m_role);
}

} // namespace ui
