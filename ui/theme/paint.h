// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What fields, check marks and switches look like, for the style and for whoever paints their own.
#pragma once

#include <QRectF>

class QPainter;
class QStyleOption;
class QWidget;

namespace ui {

// A field's box: fill, border by state, the stripe of a changed value. Reads fieldState of
// `widget`.
void paintFieldBox(QPainter& painter,
                   const QRect& rect,
                   const QStyleOption& option,
                   const QWidget* widget);
// The border of 1 px (or `width`) inside `rect`, rounded.
void paintRoundedBox(QPainter& painter,
                     const QRectF& rect,
                     const QColor& fill,
                     const QColor& line,
                     double radius,
                     double width = 1);
void paintCheckIndicator(QPainter& painter, const QRect& rect, const QStyleOption& option);
void paintRadioIndicator(QPainter& painter, const QRect& rect, const QStyleOption& option);
void paintSwitch(QPainter& painter, const QRectF& rect, bool isOn, bool isEnabled);
// A chevron of `size` px centred in `rect`; names as the icons ("chevron_down").
void paintIcon(
    QPainter& painter, const QRect& rect, const QString& name, const QColor& color, int size = 16);

} // namespace ui
