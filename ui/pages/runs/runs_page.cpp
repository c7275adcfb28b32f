// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/runs_page.h"

#include "app/base/format.h"
#include "app/runs/run_center.h"
#include "app/studio/studio.h"
#include "ui/page/navigator.h"
#include "ui/pages/runs/compare_list_model.h"
#include "ui/pages/runs/compare_panel.h"
#include "ui/pages/runs/compare_view.h"
#include "ui/pages/runs/run_detail.h"
#include "ui/pages/runs/run_list_panel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/loading_state.h"

#include <QResizeEvent>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::pages::runs {

namespace {

constexpr int kListWidth = 264;
constexpr int kNarrowListWidth = 216;
constexpr int kNarrow = 1100;
const QString kCompareTab = QStringLiteral("compare");
enum WholeState { kColumns, kEmpty, kLoading };

QWidget* onCard(QWidget* content)
{
    auto* card = new widgets::Card;
    card->body()->addWidget(content);
    return card;
}

} // namespace

RunsPage::RunsPage(PageContext& context)
    : Page(QStringLiteral("runs"), context), m_list(new RunListPanel(context.studio.runs())),
      m_compared(new CompareListModel(context.studio.runs(), this)),
      m_detail(new RunDetail(context.studio.runs(), context.navigator, context.dialogs)),
      m_comparison(new CompareView(context.studio.runs(), *m_compared, context.dialogs)),
      m_left(new QStackedWidget), m_right(new QStackedWidget), m_whole(new QStackedWidget)
{
    auto* panel = new ComparePanel(*m_compared);
    m_left->addWidget(m_list);
    m_left->addWidget(panel);
    m_right->addWidget(m_detail);
    m_right->addWidget(m_comparison);
    auto* columns = new QWidget;
    auto* row = new QHBoxLayout(columns);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme().px(16));
    row->addWidget(m_left);
    row->addWidget(m_right, 1);

    auto* empty = new widgets::EmptyState(
        QStringLiteral("runs"),
        tr("No runs yet"),
        tr("A run trains an adapter. Here you see its loss, its samples and how it ended."));
    widgets::Button* first = empty->setAction(tr("Set up a run…"), QStringLiteral("train"), false);
    auto* loading = new widgets::LoadingState;
    loading->start();
    m_whole->addWidget(columns);
    m_whole->addWidget(onCard(empty));
    m_whole->addWidget(onCard(loading));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme().px(24), theme().px(16), theme().px(24), theme().px(16));
    layout->addWidget(m_whole);

    app::runs::RunCenter& center = studio().runs();
    connect(first, &QPushButton::clicked, this, [this] { newRun(); });
    connect(
        m_list, &RunListPanel::selected, this, [this](const QString& folder) { openRun(folder); });
    connect(m_list, &RunListPanel::newRunRequested, this, [this] { newRun(); });
    connect(m_list, &RunListPanel::compareRequested, this, [this] {
        compare({m_list->currentFolder()});
    });
    connect(panel, &ComparePanel::closeRequested, this, [this] { leaveComparison(); });
    connect(m_compared, &CompareListModel::shownChanged, this, &Page::headingChanged);
    connect(&center, &app::runs::RunCenter::listChanged, this, [this] { updateState(); });
    connect(&center, &app::runs::RunCenter::queueChanged, this, [this] { updateState(); });
    connect(&center, &app::runs::RunCenter::changed, this, [this] { Q_EMIT headingChanged(); });
    m_list->restoreSelection();
    updateState();
}

QString RunsPage::title() const
{
    return m_isComparing ? tr("Runs / Compare") : tr("Runs");
}

QString RunsPage::fact() const
{
    const app::runs::RunCenter& center = context().studio.runs();
    if (m_isComparing) {
        return tr("%n run(s) shown", nullptr, static_cast<int>(m_compared->shown().size()));
    }
    const auto active = std::ranges::count_if(center.runs(), [](const app::runs::RunInfo& run) {
        return app::runs::isActive(run.status);
    });
    QStringList parts;
    if (!center.runs().empty()) {
        parts.append(tr("%n run(s)", nullptr, static_cast<int>(center.runs().size())));
    }
    if (active > 0) {
        parts.append(tr("%n in progress", nullptr, static_cast<int>(active)));
    }
    if (!center.queue().empty()) {
        parts.append(tr("%n in the queue", nullptr, static_cast<int>(center.queue().size())));
    }
    return parts.join(QStringLiteral(" · "));
}

void RunsPage::resizeEvent(QResizeEvent* event)
{
    const bool isNarrow = event->size().width() < theme().px(kNarrow);
    m_left->setFixedWidth(theme().px(isNarrow ? kNarrowListWidth : kListWidth));
    Page::resizeEvent(event);
}

QList<QWidget*> RunsPage::topBarWidgets()
{
    auto* button = widgets::primaryButton(tr("New run"), QStringLiteral("plus"));
    connect(button, &QPushButton::clicked, this, [this] { newRun(); });
    return {button};
}

void RunsPage::open(const Destination& destination)
{
    if (destination.options.contains(kCompareTab)) {
        compare(destination.options.value(kCompareTab).toStringList());
        return;
    }
    if (destination.item.isEmpty() && destination.tab.isEmpty()) {
        return;
    }
    m_wanted = destination.item;
    m_wantedTab = destination.tab;
    updateState();
}

void RunsPage::newRun()
{
    navigator().go({QStringLiteral("train")});
}

void RunsPage::compare(const QStringList& folders)
{
    m_isComparing = true;
    m_compared->setShown(folders);
    m_left->setCurrentIndex(1);
    m_right->setCurrentIndex(1);
    Q_EMIT headingChanged();
}

void RunsPage::leaveComparison()
{
    m_isComparing = false;
    m_left->setCurrentIndex(0);
    m_right->setCurrentIndex(0);
    m_list->setFocus();
    Q_EMIT headingChanged();
}

void RunsPage::openRun(const QString& folder)
{
    if (!folder.isEmpty()) {
        m_detail->open(folder);
    }
}

void RunsPage::updateState()
{
    const app::runs::RunCenter& center = studio().runs();
    const bool nothing = center.runs().empty() && center.queue().empty();
    m_whole->setCurrentIndex(!nothing ? kColumns : center.isScanned() ? kEmpty : kLoading);
    if (!m_wanted.isEmpty() && center.find(m_wanted)) {
        const QString folder = std::exchange(m_wanted, {});
        if (m_isComparing && m_wantedTab != kCompareTab) {
            leaveComparison();
        }
        m_list->select(folder);
        m_detail->open(folder);
        if (m_wantedTab == kCompareTab) {
            compare({folder});
        } else if (!m_wantedTab.isEmpty()) {
            m_detail->showTab(m_wantedTab);
        }
        m_wantedTab.clear();
    }
    m_right->setVisible(!center.runs().empty());
    Q_EMIT headingChanged();
}

std::unique_ptr<ui::Page> makePage(PageContext& context)
{
    return std::make_unique<RunsPage>(context);
}

} // namespace ui::pages::runs
