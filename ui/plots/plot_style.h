// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How every chart looks: grid, axes, tick text, pens with their dash patterns, from the theme's
// tokens. A chart keeps one PlotColors and is styled again when the theme changes.
#pragma once

#include <QColor>
#include <QFont>
#include <QPen>

#include <array>

class QCPAxis;
class QCustomPlot;

namespace ui::plots {

inline constexpr int kSeriesCount = 6;

// All colours of a chart in one scheme.
struct PlotColors
{
    struct Series
    {
        QColor color;
        QList<double> dash; // in pixels; empty = solid
    };

    bool dark = false;
    QColor surface;
    QColor grid;
    QColor axis;
    QColor tickText;
    QColor labelText;
    QColor text;
    QColor future;
    QColor crosshair;
    QColor warning;
    QColor focus;
    QColor tooltip;
    QColor tooltipText;
    std::array<Series, kSeriesCount> series;
    std::array<QColor, kSeriesCount> tooltipSeries; // readable on the tooltip in either scheme
};

// Which series plays which part.
inline constexpr int kTrainSeries = 0;
inline constexpr int kValidationSeries = 1;
inline constexpr int kCheckpointSeries = 2;
inline constexpr int kSampleSeries = 3;

// Those of the application's theme, or of the light scheme (exports).
PlotColors themeColors();
PlotColors lightColors();

// Line widths in logical pixels.
inline constexpr double kSmoothedWidth = 2;
inline constexpr double kRawWidth = 1;
inline constexpr double kSmallWidth = 1.25;
inline constexpr double kRawAlpha = 0.34;
inline constexpr double kDiscSize = 5;
inline constexpr double kBestRingSize = 12;

QPen seriesPen(const PlotColors& colors, int series, double width, bool dashed = false);
QPen rawPen(const PlotColors& colors);
// Dashed, for incidents and limits.
QPen warningPen(const PlotColors& colors);

QFont tickFont();
QFont strongTickFont();

// Background, fonts, grid, axes; once after construction and after every change of colours.
void applyStyle(QCustomPlot& plot, const PlotColors& colors);

} // namespace ui::plots
