// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The line under the pointer with its card of values, the rectangle being drawn to zoom, and the
// ring of keyboard focus: what moves often, on a buffered layer of its own.
#pragma once

#include <QRectF>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

class QCustomPlot;

namespace ui::plots {

struct PlotColors;

// What the card says.
struct CrosshairText
{
    struct Row
    {
        QString label;
        QString value;
        int series = -1; // a swatch of its colour; < 0 = none
    };

    QString heading;
    std::vector<Row> rows;

    // In one line, for screen readers.
    QString spoken() const;
};

class Crosshair
{
public:
    // The plot owns what is drawn.
    explicit Crosshair(QCustomPlot& plot);
    ~Crosshair();

    void setColors(const PlotColors& colors);
    void show(double x, const CrosshairText& text);
    void hide();
    void setRubberBand(const std::optional<QRectF>& band); // in pixels of the plot
    void setFocusShown(bool shown);
    // Draws only this layer.
    void replot();

private:
    class Item;
    QCustomPlot& m_plot;
    Item* m_item;
};

} // namespace ui::plots
