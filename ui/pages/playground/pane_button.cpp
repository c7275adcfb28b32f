// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/playground/pane_button.h"

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace ui::pages::playground {

PaneButton::PaneButton(QWidget* parent) : QToolButton(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    connect(&theme(), &Theme::changed, this, [this] { updateGeometry(); });
}

void PaneButton::setWords(const QString& letter, const QString& name, int series)
{
    m_letter = letter;
    m_name = name;
    m_series = series;
    setAccessibleName(name.isEmpty() ? letter : letter + QLatin1String(", ") + name);
    setAccessibleDescription(tr("Choose who answers in this pane"));
    setToolTip(tr("Choose who answers in this pane"));
    update();
}

QSize PaneButton::sizeHint() const
{
    return {theme().px(160), theme().height(Size::ControlSmall)};
}

QSize PaneButton::minimumSizeHint() const
{
    return {theme().px(96), sizeHint().height()};
}

void PaneButton::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (underMouse() && isEnabled()) {
        const QColor hover = theme().color(Color::Hover);
        paintRoundedBox(
            painter, rect(), hover, hover, theme().number(QStringLiteral("radius/control")));
    }
    const int swatch = theme().px(10);
    const QColor color = m_series < 0 ? theme().color(Color::Text) : theme().series(m_series).color;
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(QRectF(0, (height() - swatch) / 2.0, swatch, swatch), 2, 2);

    const QFont font = theme().font(Type::BodyStrong);
    const QFontMetrics metrics(font);
    const int chevron = theme().px(16);
    int x = swatch + theme().px(10);
    painter.setFont(font);
    painter.setPen(theme().color(Color::Text));
    painter.drawText(QRect(x, 0, width(), height()), Qt::AlignLeft | Qt::AlignVCenter, m_letter);
    x += metrics.horizontalAdvance(m_letter) + theme().px(8);
    const int room = width() - x - chevron - theme().px(6);
    painter.drawText(QRect(x, 0, room, height()),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(m_name, Qt::ElideMiddle, room));
    paintIcon(painter,
              QRect(width() - chevron - theme().px(2), 0, chevron, height()),
              QStringLiteral("chevron_down"),
              theme().color(Color::TextSecondary));
}

} // namespace ui::pages::playground
