// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/compare_view.h"

#include "app/base/format.h"
#include "app/base/task.h"
#include "app/runs/run_center.h"
#include "app/runs/run_follower.h"
#include "ui/pages/runs/chart_menu.h"
#include "ui/pages/runs/compare_list_model.h"
#include "ui/pages/runs/compare_model.h"
#include "ui/pages/runs/run_curves.h"
#include "ui/plots/overlay_chart.h"
#include "ui/plots/size_chart.h"
#include "ui/plots/smoothing.h"
#include "ui/theme/box.h"
#include "ui/theme/theme.h"
#include "ui/widgets/card.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/tab_view.h"
#include "ui/widgets/table_view.h"

#include <QHeaderView>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ui::pages::runs {

namespace {

constexpr int kRefreshIntervalMs = 100; // several journals speak at once
constexpr double kSmoothing = 0.6;      // of the training losses, which are noisy
constexpr int kBySize = 3;              // of the axes: after the units of a chart

// "kestrel · LoRA r 16": which run, and what it trained.
QString methodOf(const app::runs::RunInfo& run)
{
    return run.method.isEmpty() ? run.name : QString(run.name + QStringLiteral(" · ") + run.method);
}

widgets::TableView* makeTable(CompareModel& model, const QString& name)
{
    auto* table = new widgets::TableView;
    table->setModel(&model);
    auto* delegate = new widgets::RowDelegate(table);
    delegate->setCompact(true);
    table->setItemDelegate(delegate);
    table->setAccessibleName(name);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    return table;
}

} // namespace

CompareView::CompareView(app::runs::RunCenter& center,
                         CompareListModel& list,
                         Dialogs& dialogs,
                         QWidget* parent)
    : QWidget(parent), m_center(center), m_list(list), m_chart(new plots::OverlayChart),
      m_sizes(new plots::SizeChart), m_charts(new QStackedWidget),
      m_quantity(new widgets::ComboBox),
      m_unit(
          new widgets::SegmentedControl({tr("Steps"), tr("Tokens"), tr("Time"), tr("Parameters")})),
      m_scale(new widgets::SegmentedControl({tr("Linear"), tr("Log")})),
      m_menu(new ChartMenu(*m_chart, dialogs)), m_sizesMenu(new ChartMenu(*m_sizes, dialogs)),
      m_message(new widgets::MessageBar(widgets::MessageBar::Severity::Error)),
      m_tabs(new widgets::TabView), m_metrics(new CompareModel(this)),
      m_settings(new CompareModel(this)), m_stack(new QStackedWidget)
{
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme().px(16));
    column->addWidget(makeTop(), 11);
    column->addWidget(makeBottom(), 10);
    auto* empty = new widgets::Card;
    empty->body()->addWidget(new widgets::EmptyState(
        QStringLiteral("compare"),
        tr("Nothing to compare yet"),
        tr("Choose two runs or more at the left; their curves are laid over one another.")));
    m_stack->addWidget(empty);
    m_stack->addWidget(page);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);

    m_soon.setSingleShot(true);
    m_soon.setInterval(kRefreshIntervalMs);
    connect(&m_soon, &QTimer::timeout, this, [this] { refresh(); });
    connect(&list, &CompareListModel::shownChanged, this, [this] { takeShown(); });
    connect(&center, &app::runs::RunCenter::changed, this, [this](const QString& folder) {
        const auto source = m_sources.find(folder);
        const app::runs::RunInfo* run = m_center.find(folder);
        if (source != m_sources.end() && run) {
            source->second.follower->setLive(app::runs::isActive(run->status));
            refreshSoon();
        }
    });
    connect(&theme(), &Theme::changed, this, [this] { refreshSoon(); });
    takeShown();
}

CompareView::~CompareView() = default;

QWidget* CompareView::makeTop()
{
    m_quantity->addItem(tr("Validation loss"), static_cast<int>(Shown::Validation));
    m_quantity->addItem(tr("Training loss, smoothed"), static_cast<int>(Shown::Loss));
    m_quantity->addItem(tr("Learning rate"), static_cast<int>(Shown::LearningRate));
    m_quantity->addItem(tr("Gradient norm"), static_cast<int>(Shown::GradNorm));
    m_quantity->addItem(tr("Tokens/s"), static_cast<int>(Shown::Speed));
    m_quantity->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_quantity->setMinimumWidth(theme().px(176));
    m_quantity->setAccessibleName(tr("What is compared"));
    m_sizesMenu->hide();
    m_charts->addWidget(m_chart);
    m_charts->addWidget(m_sizes);
    m_message->hide();

    auto* row = new QHBoxLayout;
    row->setSpacing(theme().px(8));
    row->addWidget(m_quantity);
    row->addWidget(new widgets::PlainLabel(tr("against"), Type::Body, Tone::Tertiary));
    row->addWidget(m_unit);
    row->addStretch();
    row->addWidget(m_scale);
    row->addWidget(m_menu);
    row->addWidget(m_sizesMenu);
    auto* card = new widgets::Card;
    card->body()->addLayout(row);
    card->body()->addWidget(m_message);
    card->body()->addWidget(m_charts, 1);

    connect(m_quantity, &QComboBox::currentIndexChanged, this, [this] {
        m_chart->resetView();
        m_sizes->resetView();
        refresh();
    });
    connect(m_unit, &widgets::SegmentedControl::currentChanged, this, &CompareView::chooseAxis);
    connect(m_scale, &widgets::SegmentedControl::currentChanged, m_chart, [this](int index) {
        m_chart->setLogarithmic(index == 1);
        m_sizes->setLogarithmic(index == 1);
    });
    for (ChartMenu* menu : {m_menu, m_sizesMenu}) {
        menu->setFileName(tr("comparison"));
        connect(menu, &ChartMenu::failed, this, [this](const QString& cause, const QString& hint) {
            m_message->setText(cause, hint);
            m_message->show();
        });
        connect(menu, &ChartMenu::written, m_message, &QWidget::hide);
    }
    return card;
}

QWidget* CompareView::makeBottom()
{
    m_tabs->addTab(makeTable(*m_metrics, tr("Metrics")), tr("Metrics"), QStringLiteral("metrics"));
    m_tabs->addTab(makeTable(*m_settings, tr("Configuration differences")),
                   tr("Configuration differences"),
                   QStringLiteral("settings"));
    auto* copy = new widgets::CopyButton(
        [this] { return m_tabs->currentIndex() == 0 ? m_metrics->text() : m_settings->text(); });
    copy->setWords(tr("Copy as table"));
    m_tabs->addCornerWidget(copy);
    auto* card = new QFrame;
    setBox(*card, Box::Card);
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->addWidget(m_tabs);
    return card;
}

void CompareView::takeShown()
{
    std::erase_if(m_sources, [this](const auto& source) {
        return std::ranges::none_of(m_list.shown(), [&source](const CompareListModel::Shown& run) {
            return run.folder == source.first;
        });
    });
    for (const CompareListModel::Shown& run : m_list.shown()) {
        if (!m_sources.contains(run.folder)) {
            addSource(run.folder);
        }
    }
    m_stack->setCurrentIndex(m_list.shown().empty() ? 0 : 1);
    refresh();
}

void CompareView::addSource(const QString& folder)
{
    Source source;
    source.follower = std::make_unique<app::runs::RunFollower>(folder);
    connect(
        source.follower.get(), &app::runs::RunFollower::updated, this, [this] { refreshSoon(); });
    if (const app::runs::RunInfo* run = m_center.find(folder)) {
        source.follower->setLive(app::runs::isActive(run->status));
    }
    m_sources.emplace(folder, std::move(source));
    app::runThen(
        this,
        [folder] { return std::pair(folder, readDocuments(folder)); },
        [this](const std::pair<QString, RunDocuments>& found) {
            const auto source = m_sources.find(found.first);
            if (source != m_sources.end()) {
                source->second.job = found.second.job;
                refreshSoon();
            }
        });
}

void CompareView::refreshSoon()
{
    if (!m_soon.isActive()) {
        m_soon.start();
    }
}

QList<ComparedRun> CompareView::compared() const
{
    QList<ComparedRun> runs;
    for (const CompareListModel::Shown& shown : m_list.shown()) {
        const app::runs::RunInfo* info = m_center.find(shown.folder);
        const auto source = m_sources.find(shown.folder);
        if (info && source != m_sources.end()) {
            runs.append(
                {*info, &source->second.follower->series(), source->second.job, shown.series});
        }
    }
    return runs;
}

void CompareView::refresh()
{
    const QList<ComparedRun> runs = compared();
    refreshChart(runs);
    QStringList names;
    QList<int> colors;
    for (const ComparedRun& run : runs) {
        names.append(run.info.name);
        colors.append(run.color);
    }
    m_metrics->show(names, colors, metricRows(runs));
    if (!runs.isEmpty()) {
        int total = 0;
        const QList<ComparedRow> rows = settingRows(runs, total);
        m_settings->show(names, colors, rows);
        m_tabs->setCount(1, static_cast<int>(rows.size()));
    }
}

plots::Curve CompareView::curveFor(const app::runs::RunSeries& series) const
{
    switch (static_cast<Shown>(m_quantity->currentData().toInt())) {
    case Shown::Loss: {
        plots::Curve curve = curveOf(series, Quantity::Loss);
        plots::ExponentialAverage average(plots::smoothingWeight(kSmoothing));
        for (plots::CurvePoint& point : curve) {
            point.value = average.add(point.value);
        }
        return curve;
    }
    case Shown::LearningRate:
        return curveOf(series, Quantity::LearningRate);
    case Shown::GradNorm:
        return curveOf(series, Quantity::GradNorm);
    case Shown::Speed:
        return curveOf(series, Quantity::TokensPerSecond);
    case Shown::Validation:
        break;
    }
    return validationCurve(series);
}

bool CompareView::isBySize() const
{
    return m_charts->currentWidget() == m_sizes;
}

void CompareView::chooseAxis(int index)
{
    if (index < kBySize) {
        m_chart->setXUnit(static_cast<plots::XUnit>(index));
    }
    m_charts->setCurrentWidget(index == kBySize ? static_cast<QWidget*>(m_sizes) : m_chart);
    m_menu->setVisible(index != kBySize);
    m_sizesMenu->setVisible(index == kBySize);
}

double CompareView::reached(const app::runs::RunSeries& series) const
{
    if (static_cast<Shown>(m_quantity->currentData().toInt()) == Shown::Validation) {
        const app::runs::EvalPoint* best = series.bestEval();
        return best ? best->loss : std::numeric_limits<double>::quiet_NaN();
    }
    const plots::Curve curve = curveFor(series);
    const auto last =
        std::find_if(curve.rbegin(), curve.rend(), [](const plots::CurvePoint& point) {
            return std::isfinite(point.value);
        });
    return last == curve.rend() ? std::numeric_limits<double>::quiet_NaN() : last->value;
}

void CompareView::refreshChart(const QList<ComparedRun>& runs)
{
    const auto shown = static_cast<Shown>(m_quantity->currentData().toInt());
    const bool isLoss = shown == Shown::Validation || shown == Shown::Loss;
    std::vector<plots::OverlayCurve> curves;
    std::vector<plots::SizedValue> sizes;
    for (const ComparedRun& run : runs) {
        curves.push_back({run.info.folder,
                          run.info.name,
                          curveFor(*run.series),
                          run.color,
                          app::runs::isActive(run.info.status),
                          shown == Shown::Validation});
        sizes.push_back({methodOf(run.info),
                         static_cast<double>(run.info.trainableParameters),
                         reached(*run.series),
                         run.color});
    }
    const QString name = m_quantity->currentText();
    const QString axis = isLoss ? tr("%1 (nats per token)").arg(name) : name;
    const std::function<QString(double)> format =
        isLoss                         ? app::formatLoss
        : shown == Shown::LearningRate ? app::formatLearningRate
        : shown == Shown::Speed        ? app::formatRate
                                       : [](double value) { return app::formatNumber(value, 3); };
    m_chart->setTitle(name);
    m_chart->setQuantity(axis, format);
    m_chart->setCurves(std::move(curves));
    m_sizes->setTitle(tr("%1 by trained parameters").arg(name));
    m_sizes->setQuantity(axis, format);
    m_sizes->setValues(std::move(sizes));
}

} // namespace ui::pages::runs
