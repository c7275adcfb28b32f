// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/playground/difference_mark.h"

#include "ui/theme/theme.h"

#include <QPainter>

namespace ui::pages::playground {

DifferenceMark::DifferenceMark(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&theme(), &Theme::changed, this, [this] { updateGeometry(); });
}

void DifferenceMark::setText(const QString& text)
{
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize DifferenceMark::sizeHint() const
{
    const QFontMetrics metrics(theme().font(Type::Small));
    return {metrics.horizontalAdvance(m_text) + theme().px(12), metrics.height() + 2};
}

void DifferenceMark::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().color(Color::RankHigher));
    painter.fillRect(QRect(0, height() - 2, width(), 2), theme().series(1).color);
    painter.setFont(theme().font(Type::Small));
    painter.setPen(theme().color(Color::Text));
    painter.drawText(rect().adjusted(0, 0, 0, -2), Qt::AlignCenter, m_text);
}

} // namespace ui::pages::playground
