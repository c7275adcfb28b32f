// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The Charts tab: figures, the loss with its legend and switches, small charts, samples along the
// curve. Scrolls where the window is low.
#pragma once

#include "app/runs/run_info.h"
#include "app/runs/run_series.h"

#include <QScrollArea>

class QBoxLayout;

namespace ui {
class Dialogs;
}

namespace ui::plots {
class ChartLegend;
class LossChart;
} // namespace ui::plots

namespace ui::widgets {
class Button;
class SegmentedControl;
class Slider;
} // namespace ui::widgets

namespace ui::pages::runs {

class ChartMenu;
class RankChart;
class RunFigures;
class SampleScrubber;
class SmallCharts;

class ChartsTab final : public QScrollArea
{
    Q_OBJECT

public:
    explicit ChartsTab(Dialogs& dialogs, QWidget* parent = nullptr);

    // Another run: everything starts over.
    void clear();
    // The steps from `first` on are new.
    void show(const app::runs::RunInfo& run, const app::runs::RunSeries& series, std::size_t first);
    void setJob(const engine::contract::Value& job);

    plots::LossChart& lossChart() const { return *m_loss; }
    SampleScrubber& samples() const { return *m_samples; }
    ChartMenu& menu() const { return *m_menu; }

private:
    QWidget* makeToolRow();
    void resizeEvent(QResizeEvent* event) override;
    void connectParts();
    void updateView();

    plots::LossChart* m_loss;
    plots::ChartLegend* m_legend;
    RunFigures* m_figures;
    SmallCharts* m_small;
    RankChart* m_ranks;
    SampleScrubber* m_samples;
    widgets::Slider* m_smoothing;
    widgets::SegmentedControl* m_unit;
    widgets::SegmentedControl* m_scale;
    widgets::Button* m_whole;
    widgets::Button* m_follow;
    bool m_isLive = false;
    ChartMenu* m_menu;
    QBoxLayout* m_tools = nullptr; // legend and switches: beside or below each other
    engine::contract::Value m_job;
    app::runs::RunSeries const* m_series = nullptr; // of the follower, valid until clear()
};

} // namespace ui::pages::runs
