// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/charts_tab.h"

#include "app/engine/catalog_access.h"
#include "ui/pages/runs/chart_menu.h"
#include "ui/pages/runs/rank_chart.h"
#include "ui/pages/runs/run_curves.h"
#include "ui/pages/runs/run_figures.h"
#include "ui/pages/runs/sample_scrubber.h"
#include "ui/pages/runs/small_charts.h"
#include "ui/plots/chart_legend.h"
#include "ui/plots/loss_chart.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/separator.h"
#include "ui/widgets/slider.h"

#include <QResizeEvent>
#include <QVBoxLayout>

namespace ui::pages::runs {

using app::runs::RunInfo;
using app::runs::RunSeries;

namespace {

constexpr int kSliderSteps = 100;
constexpr int kWide = 1000; // legend and switches fit side by side

} // namespace

ChartsTab::ChartsTab(Dialogs& dialogs, QWidget* parent)
    : QScrollArea(parent), m_loss(new plots::LossChart), m_legend(new plots::ChartLegend),
      m_figures(new RunFigures), m_small(new SmallCharts), m_ranks(new RankChart),
      m_samples(new SampleScrubber), m_smoothing(new widgets::Slider(0, kSliderSteps, 0)),
      m_unit(new widgets::SegmentedControl({tr("Steps"), tr("Tokens"), tr("Time")}, true)),
      m_scale(new widgets::SegmentedControl({tr("Linear"), tr("Log")}, true)),
      m_whole(widgets::linkButton(tr("Show all"))), m_follow(widgets::linkButton(tr("Follow"))),
      m_menu(new ChartMenu(*m_loss, dialogs))
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_figures);
    layout->addWidget(new widgets::Separator);
    layout->addWidget(makeToolRow());
    auto* chart = new QHBoxLayout;
    chart->setContentsMargins(theme().px(8), 0, theme().px(8), 0);
    chart->addWidget(m_loss);
    layout->addLayout(chart, 1);
    layout->addWidget(new widgets::Separator);
    auto* small = new QHBoxLayout;
    small->setSpacing(0);
    small->addWidget(m_small, 4);
    small->addWidget(m_ranks, 1);
    layout->addLayout(small);
    layout->addWidget(new widgets::Separator);
    layout->addWidget(m_samples);
    m_loss->setMinimumHeight(theme().px(200));
    for (QWidget* charts : std::initializer_list<QWidget*>{m_small, m_ranks}) {
        charts->setFixedHeight(theme().px(122));
    }
    setWidget(content);
    connectParts();
    clear();
}

QWidget* ChartsTab::makeToolRow()
{
    m_smoothing->setAccessibleName(tr("Smoothing"));
    m_smoothing->setFixedWidth(theme().px(64));
    m_smoothing->setValue(static_cast<int>(m_loss->smoothing() * kSliderSteps));
    auto* switches = new QHBoxLayout;
    switches->setSpacing(theme().px(12));
    switches->addWidget(m_whole);
    switches->addWidget(m_follow);
    switches->addWidget(new widgets::PlainLabel(tr("Smoothing"), Type::Small, Tone::Tertiary));
    switches->addWidget(m_smoothing);
    switches->addWidget(m_unit);
    switches->addWidget(m_scale);
    switches->addStretch();
    switches->addWidget(m_menu);
    auto* row = new QWidget;
    m_tools = new QBoxLayout(QBoxLayout::LeftToRight, row);
    m_tools->setContentsMargins(theme().px(12), theme().px(8), theme().px(16), theme().px(4));
    m_tools->setSpacing(theme().px(8));
    m_tools->addWidget(m_legend, 1);
    m_tools->addLayout(switches);
    return row;
}

void ChartsTab::resizeEvent(QResizeEvent* event)
{
    const bool isWide = event->size().width() >= theme().px(kWide);
    m_tools->setDirection(isWide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    QScrollArea::resizeEvent(event);
}

void ChartsTab::connectParts()
{
    connect(m_legend, &plots::ChartLegend::toggled, m_loss, [this](int part, bool on) {
        m_loss->setPartVisible(static_cast<plots::LossChart::Part>(part), on);
    });
    connect(m_smoothing, &QSlider::valueChanged, m_loss, [this](int value) {
        m_loss->setSmoothing(static_cast<double>(value) / kSliderSteps);
        if (m_series) {
            m_figures->show(*m_series, m_job, m_loss->smoothedLoss());
        }
    });
    connect(m_unit, &widgets::SegmentedControl::currentChanged, this, [this](int index) {
        m_loss->setXUnit(static_cast<plots::XUnit>(index));
        m_small->setXUnit(static_cast<plots::XUnit>(index));
    });
    connect(m_scale, &widgets::SegmentedControl::currentChanged, m_loss, [this](int index) {
        m_loss->setLogarithmic(index == 1);
    });
    connect(m_whole, &QPushButton::clicked, m_loss, [this] { m_loss->resetView(); });
    connect(m_follow, &QPushButton::clicked, m_loss, [this] {
        m_loss->setFollowing(!m_loss->isFollowing());
    });
    connect(m_loss, &plots::ChartView::viewChanged, this, [this] { updateView(); });
    connect(m_loss, &plots::ChartView::clicked, m_samples, [this](double x) {
        if (m_loss->xUnit() == plots::XUnit::Step) {
            m_samples->chooseNearest(x);
        }
    });
    connect(m_samples, &SampleScrubber::stepChosen, m_loss, [this](qint64 step) {
        if (m_loss->xUnit() == plots::XUnit::Step) {
            m_loss->setCrosshair(static_cast<double>(step));
        }
    });
}

void ChartsTab::updateView()
{
    m_whole->setVisible(m_loss->isZoomed());
    // Only a part of a run that goes on can fall behind it.
    m_follow->setVisible(m_loss->isZoomed() && m_isLive);
    m_follow->setText(m_loss->isFollowing() ? tr("Hold still") : tr("Follow"));
}

void ChartsTab::clear()
{
    m_series = nullptr;
    m_job = {};
    m_loss->clear();
    m_loss->setMarkers({});
    m_legend->setEntries(m_loss->legend());
    m_samples->clear();
    m_small->setTotalSteps(0);
    m_small->show({}, 0);
    m_ranks->show({});
    m_figures->show({}, {}, std::nullopt);
    updateView();
}

void ChartsTab::show(const RunInfo& run, const RunSeries& series, std::size_t first)
{
    m_series = &series;
    if (first == 0) {
        m_loss->setTraining(curveOf(series, Quantity::Loss));
    } else {
        m_loss->appendTraining(curveOf(series, Quantity::Loss, first));
    }
    m_loss->setTitle(tr("Loss of %1").arg(run.name));
    m_loss->setValidation(validationCurve(series));
    m_loss->setMarkers(markersOf(series));
    m_loss->setStepsPerEpoch(stepsPerEpoch(series));
    const bool live = app::runs::isActive(run.status);
    m_isLive = live;
    updateView();
    const auto total = static_cast<double>(live ? run.totalSteps : 0);
    m_loss->setTotalSteps(total, live);
    m_legend->setEntries(m_loss->legend());
    m_small->setTotalSteps(total);
    m_small->show(series, first);
    m_ranks->show(series);
    m_samples->show(series);
    m_figures->show(series, m_job, m_loss->smoothedLoss());
    m_menu->setFileName(run.name);
}

void ChartsTab::setJob(const engine::contract::Value& job)
{
    m_job = job;
    const double clip = app::engine::valueAt(job, "training.max_grad_norm").toDouble();
    m_small->setGradientLimit(clip > 0 ? std::optional(clip) : std::nullopt);
    if (m_series) {
        m_figures->show(*m_series, m_job, m_loss->smoothedLoss());
    }
}

} // namespace ui::pages::runs
