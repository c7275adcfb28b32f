// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A value of each run against the number of parameters it trains, on a logarithmic axis: what a
// method reaches for its size. A disc for each run and its name at the right. GUI thread only.
#pragma once

#include "ui/plots/chart_view.h"

#include <functional>

namespace ui::plots {

struct SizedValue
{
    QString name;
    double parameters = 0; // trained; at least 1
    double value = 0;      // NaN: not known yet
    int series = 0;        // index into the theme's series
};

class SizeChart final : public ChartView
{
    Q_OBJECT

public:
    explicit SizeChart(QWidget* parent = nullptr);
    ~SizeChart() override;

    // Those without a size or value are left out.
    void setValues(std::vector<SizedValue> values);
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
    QString xTitle() const override;
    QSharedPointer<QCPAxisTicker> makeXTicker(int count) const override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace ui::plots
