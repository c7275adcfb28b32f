// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The comparison itself: runs over one another by step, tokens or time, or by what they reach for
// their number of trained parameters, and below it their numbers and the settings that differ.
// Follows the journals of the runs shown.
#pragma once

#include "ui/pages/runs/compare_tables.h"
#include "ui/plots/curve.h"

#include <QTimer>
#include <QWidget>

#include <map>
#include <memory>

namespace app::runs {
class RunCenter;
class RunFollower;
} // namespace app::runs

namespace ui {
class Dialogs;
}

namespace ui::plots {
class OverlayChart;
class SizeChart;
} // namespace ui::plots

namespace ui::widgets {
class ComboBox;
class MessageBar;
class SegmentedControl;
class TabView;
} // namespace ui::widgets

class QStackedWidget;

namespace ui::pages::runs {

class ChartMenu;
class CompareListModel;
class CompareModel;

class CompareView final : public QWidget
{
    Q_OBJECT

public:
    CompareView(app::runs::RunCenter& center,
                CompareListModel& list,
                Dialogs& dialogs,
                QWidget* parent = nullptr);
    ~CompareView() override;

    plots::OverlayChart& chart() const { return *m_chart; }
    plots::SizeChart& sizes() const { return *m_sizes; }
    // Whether the runs stand by their sizes.
    bool isBySize() const;
    CompareModel& metrics() const { return *m_metrics; }
    CompareModel& settings() const { return *m_settings; }

private:
    enum class Shown { Validation, Loss, LearningRate, GradNorm, Speed };

    // What is read of one run.
    struct Source
    {
        std::unique_ptr<app::runs::RunFollower> follower;
        Value job;
    };

    QWidget* makeTop();
    QWidget* makeBottom();
    void takeShown();
    void addSource(const QString& folder);
    void refreshSoon();
    void refresh();
    void refreshChart(const QList<ComparedRun>& runs);
    void chooseAxis(int index);
    // What a run has reached of the quantity; NaN while nothing is known.
    double reached(const app::runs::RunSeries& series) const;
    QList<ComparedRun> compared() const;
    plots::Curve curveFor(const app::runs::RunSeries& series) const;

    app::runs::RunCenter& m_center;
    CompareListModel& m_list;
    std::map<QString, Source> m_sources;
    plots::OverlayChart* m_chart;
    plots::SizeChart* m_sizes;
    QStackedWidget* m_charts;
    widgets::ComboBox* m_quantity;
    widgets::SegmentedControl* m_unit;
    widgets::SegmentedControl* m_scale;
    ChartMenu* m_menu;
    ChartMenu* m_sizesMenu;
    widgets::MessageBar* m_message;
    widgets::TabView* m_tabs;
    CompareModel* m_metrics;
    CompareModel* m_settings;
    QStackedWidget* m_stack;
    QTimer m_soon;
};

} // namespace ui::pages::runs
