// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers in columns: digits as wide as the widest digit, which Qt's fonts do not offer before 6.7.
#pragma once

#include <QFont>
#include <QRectF>
#include <QString>

class QFontMetricsF;
class QPainter;

namespace ui {

// The width that paintFigures() takes, in device-independent pixels.
double figuresWidth(const QFontMetricsF& metrics, const QString& text);
// Draws one line with the painter's font and pen, vertically centred; `alignment` is left or right.
void paintFigures(QPainter& painter,
                  const QRectF& rect,
                  const QString& text,
                  Qt::Alignment alignment = Qt::AlignRight);

} // namespace ui
