// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A small chart of one quantity along a run, such as learning rate or memory, or along the ranks of
// an adapter. GUI thread only.
#pragma once

#include "ui/plots/chart_view.h"

#include <functional>

namespace ui::plots {

class MetricChart final : public ChartView
{
    Q_OBJECT

public:
    // `format` writes a value for the crosshair, with its unit.
    explicit MetricChart(std::function<QString(double)> format, QWidget* parent = nullptr);
    ~MetricChart() override;

    void setCurve(Curve curve);
    void appendCurve(const Curve& points);
    // Values are divided by this on the axis ("×1,000" belongs in the title then).
    void setScale(double scale);
    // How far the run will go, so that the small charts share the large one's axis; 0 = unknown.
    void setTotalSteps(double steps);
    // A dashed line across, such as the norm gradients are clipped at.
    void setLimit(std::optional<double> limit);
    // Points lie at something else than steps, in CurvePoint::step: "Rank %1" for the crosshair and
    // the column of the table.
    void setPositionName(const QString& pattern, const QString& column);
    // Keeps zero in view.
    void setFromZero(bool fromZero);

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
