// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The row of six figures above the charts: where the run stands now.
#pragma once

#include "app/runs/run_info.h"
#include "app/runs/run_series.h"
#include "ui/widgets/figure_row.h"

#include <optional>

namespace ui::pages::runs {

class RunFigures final : public widgets::FigureRow
{
    Q_OBJECT

public:
    explicit RunFigures(QWidget* parent = nullptr);

    // `job` may be null as long as it was not read; `smoothed` as the chart draws it.
    void show(const app::runs::RunSeries& series,
              const engine::contract::Value& job,
              std::optional<double> smoothed);

private:
    void showLoss(const app::runs::RunSeries& series, std::optional<double> smoothed);
    void showValidation(const app::runs::RunSeries& series);
};

} // namespace ui::pages::runs
