// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One explanation of a mark in a chart: how it is drawn and what it means.
#pragma once

#include <QString>

class QPainter;
class QRectF;

namespace ui::plots {

struct PlotColors;

// How a curve or mark is drawn in the chart, and so in its legend.
enum class Glyph { Line, FaintLine, LineWithDisc, Triangle, Square, DashedLine };

struct LegendEntry
{
    int id = 0; // of the chart
    QString text;
    Glyph glyph = Glyph::Line;
    int series = 0; // colour in the theme's series; < 0 = the warning colour
    bool on = true;
};

// The glyph of `entry` in the middle of `area`, faint when it is off.
void drawGlyph(QPainter& painter,
               const QRectF& area,
               const LegendEntry& entry,
               const PlotColors& colors);

} // namespace ui::plots
