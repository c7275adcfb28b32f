// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The loss of one run: raw and smoothed training loss, validation with its best point, checkpoints,
// samples and incidents, and the part of the run still to come. GUI thread only.
#pragma once

#include "ui/plots/chart_view.h"

namespace ui::plots {

class LossChart final : public ChartView
{
    Q_OBJECT

public:
    // What the legend can turn off.
    enum class Part { Smoothed, Raw, Validation, Checkpoints, Samples, Incidents };
    Q_ENUM(Part)

    explicit LossChart(QWidget* parent = nullptr);
    ~LossChart() override;

    // A new run: everything is replaced and the view starts over.
    void clear();
    void setTraining(Curve curve);
    // Further points; what they repeat is replaced. The view stays where it is while zoomed.
    void appendTraining(const Curve& points);
    void setValidation(Curve curve);
    void setMarkers(std::vector<Marker> markers);
    // How far the run will go; 0 = unknown. While `live`, the way ahead is shaded behind a line
    // "now".
    void setTotalSteps(double steps, bool live);
    // Steps in one epoch, for the crosshair; 0 = unknown.
    void setStepsPerEpoch(double steps);

    // 0 … 1, see smoothingWeight().
    void setSmoothing(double amount);
    double smoothing() const;
    // The newest smoothed loss; nothing before the first step.
    std::optional<double> smoothedLoss() const;

    void setPartVisible(Part part, bool visible);
    bool isPartVisible(Part part) const;

    ChartTable table() const override;
    // Ids are Part.
    std::vector<LegendEntry> legend() const override;

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
