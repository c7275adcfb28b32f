// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The validation loss against the rank, of a run whose adapter works at every rank: the newest
// evaluation. Hidden for other runs. GUI thread only.
#pragma once

#include "app/runs/run_series.h"

#include <QWidget>

namespace ui::plots {
class MetricChart;
}

namespace ui::widgets {
class PlainLabel;
}

namespace ui::pages::runs {

class RankChart final : public QWidget
{
    Q_OBJECT

public:
    explicit RankChart(QWidget* parent = nullptr);

    void show(const app::runs::RunSeries& series);
    const plots::MetricChart& chart() const { return *m_chart; }

private:
    widgets::PlainLabel* m_title;
    plots::MetricChart* m_chart;
};

} // namespace ui::pages::runs
