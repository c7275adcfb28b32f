// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/band.h"

#include "ui/theme/theme.h"

#include <QPainter>

namespace ui::shell {

Band::Band(Color fill, Qt::Edge line, QWidget* parent) : QWidget(parent), m_fill(fill), m_line(line)
{
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void Band::paintEvent(QPaintEvent* event)
{
    Q_UNUSED(event);
    QPainter painter(this);
    painter.fillRect(rect(), theme().color(m_fill));
    QRect line = rect();
    switch (m_line) {
    case Qt::TopEdge:
        line.setHeight(1);
        break;
    case Qt::BottomEdge:
        line.setTop(line.bottom());
        break;
    case Qt::LeftEdge:
        line.setWidth(1);
        break;
    case Qt::RightEdge:
        line.setLeft(line.right());
        break;
    }
    painter.fillRect(line, theme().color(Color::Line));
}

} // namespace ui::shell
