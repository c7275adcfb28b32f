// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/figures.h"

#include <QFontMetricsF>
#include <QPainter>

namespace ui {
namespace {

double digitWidth(const QFontMetricsF& metrics)
{
    double widest = 0;
    for (char digit = '0'; digit <= '9'; ++digit) {
        widest = std::max(widest, metrics.horizontalAdvance(QLatin1Char(digit)));
    }
    return widest;
}

// Digits stand alone in cells of one width; what lies between them is drawn in one piece.
qsizetype runLength(const QString& text, qsizetype from)
{
    if (text[from].isDigit()) {
        return 1;
    }
    qsizetype end = from;
    while (end < text.size() && !text[end].isDigit()) {
        ++end;
    }
    return end - from;
}

} // namespace

double figuresWidth(const QFontMetricsF& metrics, const QString& text)
{
    const double digit = digitWidth(metrics);
    double width = 0;
    for (qsizetype i = 0; i < text.size();) {
        const qsizetype length = runLength(text, i);
        width += text[i].isDigit() ? digit : metrics.horizontalAdvance(text.mid(i, length));
        i += length;
    }
    return width;
}

void paintFigures(QPainter& painter,
                  const QRectF& rect,
                  const QString& text,
                  Qt::Alignment alignment)
{
    const QFontMetricsF metrics(painter.font());
    const double digit = digitWidth(metrics);
    double x = rect.left();
    if (alignment.testFlag(Qt::AlignRight)) {
        x = rect.right() - figuresWidth(metrics, text);
    }
    const double baseline = rect.center().y() + (metrics.ascent() - metrics.descent()) / 2;
    for (qsizetype i = 0; i < text.size();) {
        const qsizetype length = runLength(text, i);
        const QString run = text.mid(i, length);
        const double advance = metrics.horizontalAdvance(run);
        const double cell = text[i].isDigit() ? digit : advance;
        painter.drawText(QPointF(x + (cell - advance) / 2, baseline), run);
        x += cell;
        i += length;
    }
}

} // namespace ui
