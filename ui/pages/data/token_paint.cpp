// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/token_paint.h"

#include "ui/theme/theme.h"

#include <QPainter>

namespace ui::pages::data {

using namespace Qt::StringLiterals;

namespace {

// Of the chart palette, whose purple special tokens share.
constexpr int kPurple = 3;

} // namespace

void paintToken(QPainter& painter, const QRectF& cell, const Token& token)
{
    const Theme& look = theme();
    const double radius = look.number(u"radius/cell"_s);
    const QColor special = look.series(kPurple).color;
    const QRectF box = cell.adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(token.special ? QPen(special, 1) : QPen(Qt::NoPen));
    painter.setBrush(token.trained   ? QBrush(look.color(Color::AccentSoft))
                     : token.special ? QBrush(Qt::NoBrush)
                                     : QBrush(look.color(Color::Inset)));
    painter.drawRoundedRect(box, radius, radius);
    if (token.trained) {
        painter.fillRect(QRectF(cell.left() + 1, cell.bottom() - 2, cell.width() - 2, 2),
                         look.color(Color::Accent));
    }
    painter.setPen(token.special   ? special
                   : token.trained ? look.color(Color::Text)
                                   : look.color(Color::TextSecondary));
    const QString text = visibleText(token);
    const QString shown =
        painter.fontMetrics().elidedText(text.left(400), Qt::ElideRight, int(cell.width()));
    painter.drawText(cell, Qt::AlignCenter | Qt::TextSingleLine, shown);
}

} // namespace ui::pages::data
