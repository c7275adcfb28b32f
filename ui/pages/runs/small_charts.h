// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The four small charts below the loss: learning rate, gradient norm, speed and memory, on one axis
// with it.
#pragma once

#include "app/runs/run_series.h"
#include "ui/pages/runs/run_curves.h"

#include <QWidget>

#include <array>
#include <optional>

namespace ui::plots {
class MetricChart;
}

namespace ui::widgets {
class PlainLabel;
}

namespace ui::pages::runs {

class SmallCharts final : public QWidget
{
    Q_OBJECT

public:
    explicit SmallCharts(QWidget* parent = nullptr);

    // The steps from `first` on are new.
    void show(const app::runs::RunSeries& series, std::size_t first);
    // How far the run will go; 0 = it is over or not known.
    void setTotalSteps(double steps);
    // The norm at which gradients are clipped; nothing when they are not.
    void setGradientLimit(std::optional<double> limit);
    void setXUnit(plots::XUnit unit);

private:
    struct Part
    {
        Quantity quantity;
        widgets::PlainLabel* title = nullptr;
        plots::MetricChart* chart = nullptr;
        double largest = 0; // value so far
    };

    static void scale(const Part& part);

    std::array<Part, 4> m_parts;
};

} // namespace ui::pages::runs
