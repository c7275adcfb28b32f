// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/share_bar.h"

#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

namespace ui::pages::data {

using namespace Qt::StringLiterals;

ShareBar::ShareBar(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ShareBar::setParts(const QList<Part>& parts)
{
    m_parts = parts;
    QStringList words;
    for (const Part& part : parts) {
        words.append(part.words);
    }
    setAccessibleName(words.join(u", "_s));
    update();
}

QSize ShareBar::sizeHint() const
{
    return {theme().px(160), theme().px(12)};
}

void ShareBar::paintEvent(QPaintEvent*)
{
    const Theme& look = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath outline;
    const double radius = look.number(u"radius/bar"_s);
    outline.addRoundedRect(QRectF(rect()), radius, radius);
    painter.setClipPath(outline);
    painter.fillRect(rect(), look.color(Color::Hover));
    double total = 0;
    for (const Part& part : m_parts) {
        total += part.amount;
    }
    double x = 0;
    for (const Part& part : m_parts) {
        const double wide = total > 0 ? part.amount / total * width() : 0;
        if (wide <= 0) {
            continue;
        }
        painter.fillRect(QRectF(x, 0, std::max(1.0, wide - 1), height()),
                         look.series(part.series).color);
        x += wide;
    }
}

} // namespace ui::pages::data
