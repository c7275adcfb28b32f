// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is drawn around the loss curves: the part of the run still to come, checkpoints and samples
// on the axis, incidents with their words, and the ring around the best evaluation.
#pragma once

#include "ui/plots/curve.h"

#include <memory>
#include <optional>
#include <vector>

class QCustomPlot;

namespace ui::plots {

struct PlotColors;

class RunMarks
{
public:
    struct Best
    {
        double x = 0;
        double y = 0;
        QString text;
    };

    // The plot owns what is drawn; it has a layer called "crosshair" to stay below of.
    explicit RunMarks(QCustomPlot& plot);

    void setColors(const PlotColors& colors);
    // Where the future begins; nothing when the run is over.
    void setNow(std::optional<double> x);
    void setMarkers(std::vector<Marker> markers, XUnit unit);
    void setShown(Marker::Kind kind, bool shown);
    void setBest(std::optional<Best> best);

private:
    class Future;
    class Marks;
    Future* m_future;
    Marks* m_marks;
};

} // namespace ui::plots
