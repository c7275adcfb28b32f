// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Names and last values at the ends of overlaid lines: swatches and words in a column right of the
// plot, moved apart where they would meet, or beside the line itself while a run goes on.
#pragma once

#include <QString>

#include <memory>
#include <vector>

class QCustomPlot;

namespace ui::plots {

struct PlotColors;

// One line's label.
struct EndLabel
{
    QString text;
    int series = 0;
    double x = 0; // the line's last point
    double y = 0;
    bool beside = false; // at the point instead of in the column
};

// A ringed point of a line.
struct RingMark
{
    int series = 0;
    double x = 0;
    double y = 0;
    bool filled = false;
};

class EndLabels
{
public:
    // The plot owns what is drawn.
    explicit EndLabels(QCustomPlot& plot);

    void setColors(const PlotColors& colors);
    void set(std::vector<EndLabel> labels, std::vector<RingMark> rings);
    // Pixels that the column needs.
    int columnWidth() const;

private:
    class Item;
    Item* m_item;
};

// `wanted` rising positions, moved so that neighbours are at least `distance` apart and all stay
// within lower … upper where that is possible; as little as can be.
std::vector<double>
spreadApart(std::vector<double> wanted, double distance, double lower, double upper);

} // namespace ui::plots
