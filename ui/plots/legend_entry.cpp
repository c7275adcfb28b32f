// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/legend_entry.h"

#include "ui/plots/plot_style.h"

#include <QPainter>

namespace ui::plots {

namespace {

constexpr double kOffOpacity = 0.4;
constexpr double kTriangle = 7;
constexpr double kSquare = 5;

QPen glyphPen(const LegendEntry& entry, const PlotColors& colors)
{
    if (entry.glyph == Glyph::FaintLine) {
        QPen pen = rawPen(colors);
        QColor color = pen.color();
        color.setAlphaF(0.55F); // a short line needs more than a long one to be seen
        pen.setColor(color);
        pen.setWidthF(1.5);
        return pen;
    }
    if (entry.series < 0) {
        return warningPen(colors);
    }
    return seriesPen(colors, entry.series, kSmoothedWidth, entry.glyph == Glyph::DashedLine);
}

} // namespace

void drawGlyph(QPainter& painter,
               const QRectF& area,
               const LegendEntry& entry,
               const PlotColors& colors)
{
    const QPointF middle = area.center();
    const QPen pen = glyphPen(entry, colors);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setOpacity(entry.on ? 1 : kOffOpacity);
    painter.setPen(Qt::NoPen);
    painter.setBrush(pen.color());
    switch (entry.glyph) {
    case Glyph::Triangle:
        painter.drawPolygon(QPolygonF{{{middle.x(), middle.y() - kTriangle / 2},
                                       {middle.x() + kTriangle / 2, middle.y() + kTriangle / 2},
                                       {middle.x() - kTriangle / 2, middle.y() + kTriangle / 2}}});
        break;
    case Glyph::Square:
        painter.drawRect(
            QRectF(middle.x() - kSquare / 2, middle.y() - kSquare / 2, kSquare, kSquare));
        break;
    case Glyph::LineWithDisc:
        painter.drawEllipse(middle, kDiscSize / 2 + 0.5, kDiscSize / 2 + 0.5);
        [[fallthrough]];
    case Glyph::Line:
    case Glyph::FaintLine:
    case Glyph::DashedLine:
        painter.setPen(pen);
        painter.drawLine(QPointF(area.left() + 1, middle.y()),
                         QPointF(area.right() - 1, middle.y()));
        break;
    }
    painter.restore();
}

} // namespace ui::plots
