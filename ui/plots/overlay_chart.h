// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Several runs over one another: colour, dash pattern and a label at the end of each line, so that
// colour never stands alone. GUI thread only.
#pragma once

#include "ui/plots/chart_view.h"

#include <functional>

namespace ui::plots {

// One run of the overlay.
struct OverlayCurve
{
    QString id;   // of the caller
    QString name; // written at the line's end
    Curve curve;
    int series = 0;        // index into the theme's series: colour and dash
    bool running = false;  // its line ends in a disc, its label says "now"
    bool markBest = false; // rings the lowest value
};

class OverlayChart final : public ChartView
{
    Q_OBJECT

public:
    explicit OverlayChart(QWidget* parent = nullptr);
    ~OverlayChart() override;

    // The first is the baseline. The view stays while zoomed.
    void setCurves(std::vector<OverlayCurve> curves);
    // What the vertical axis shows, with its unit; `format` writes a value.
    void setQuantity(const QString& axisTitle, std::function<QString(double)> format);

    ChartTable table() const override;

protected:
    void restyle(const PlotColors& colors) override;
    void rescale(XUnit unit, bool logarithmic) override;
    Interval fullX() const override;
    Interval fullY(const Interval& x) const override;
    void rebuild(const Interval& x, int columns) override;
    std::optional<double> newestX() const override;
    std::optional<double> snap(double x, int offset) const override;
    CrosshairText crosshairText(double x) const override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace ui::plots
