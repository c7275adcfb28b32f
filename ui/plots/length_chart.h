// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How many rows have how many tokens, as bars, with a line where they are cut: bars beyond it are
// paler. GUI thread only.
#pragma once

#include "ui/plots/chart_view.h"

namespace ui::plots {

class LengthChart final : public ChartView
{
    Q_OBJECT

public:
    explicit LengthChart(QWidget* parent = nullptr);
    ~LengthChart() override;

    // Bar i counts the rows of i · width up to, without, (i + 1) · width tokens.
    void setCounts(double width, std::vector<double> counts);
    // In tokens; 0: no limit is drawn.
    void setLimit(double limit);

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
    QString xTitle() const override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace ui::plots
