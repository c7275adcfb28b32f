// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/run_list_panel.h"

#include "ui/pages/runs/queue_panel.h"
#include "ui/pages/runs/run_list_model.h"
#include "ui/theme/box.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/list_row_delegate.h"
#include "ui/widgets/list_view.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/separator.h"

#include <QActionGroup>
#include <QMenu>
#include <QScopedValueRollback>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <array>

namespace ui::pages::runs {

namespace {

constexpr std::array kGroups = {RunFilter::Group::All,
                                RunFilter::Group::Active,
                                RunFilter::Group::Finished,
                                RunFilter::Group::Unfinished,
                                RunFilter::Group::Failed};

} // namespace

RunListPanel::RunListPanel(app::runs::RunCenter& center, QWidget* parent)
    : QFrame(parent), m_center(center), m_model(new RunListModel(center, this)),
      m_filter(new RunFilter(this)), m_search(new widgets::SearchField(tr("Filter runs"))),
      m_groups(new widgets::IconButton(QStringLiteral("filter"), tr("Filter by state"), true)),
      m_list(new widgets::ListView),
      m_nothing(new widgets::EmptyState(QStringLiteral("search"), tr("No run matches"))),
      m_stack(new QStackedWidget),
      m_compare(widgets::smallButton(tr("Compare runs…"), QStringLiteral("compare")))
{
    setBox(*this, Box::Card);
    m_search->setAccessibleName(tr("Filter runs"));
    m_filter->setSourceModel(m_model);
    m_list->setModel(m_filter);
    m_list->setItemDelegate(new widgets::ListRowDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setAccessibleName(tr("Runs"));
    widgets::Button* showAll = m_nothing->setAction(tr("Show all runs"), {}, false);
    m_stack->addWidget(m_list);
    m_stack->addWidget(m_nothing);

    auto* top = new QHBoxLayout;
    top->setContentsMargins(theme().px(12), theme().px(12), theme().px(12), theme().px(12));
    top->setSpacing(theme().px(8));
    top->addWidget(m_search, 1);
    top->addWidget(m_groups);

    auto* queue = new QueuePanel(center);
    auto* bottom = new QHBoxLayout;
    bottom->setContentsMargins(theme().px(12), theme().px(12), theme().px(12), theme().px(12));
    bottom->addWidget(m_compare, 1);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(new widgets::Separator);
    layout->addWidget(m_stack, 1);
    layout->addWidget(queue);
    layout->addWidget(new widgets::Separator);
    layout->addLayout(bottom);

    connect(queue, &QueuePanel::addRequested, this, &RunListPanel::newRunRequested);
    connect(m_compare, &QPushButton::clicked, this, &RunListPanel::compareRequested);
    connect(m_groups, &QToolButton::clicked, this, [this] { showFilterMenu(); });
    connect(showAll, &QPushButton::clicked, this, [this] {
        m_search->clear();
        m_filter->setText({});
        m_filter->setGroup(RunFilter::Group::All);
        updateState();
    });
    connect(m_search, &widgets::SearchField::searchChanged, this, [this](const QString& text) {
        m_filter->setText(text);
        updateState();
    });
    connect(m_list, &widgets::ListView::currentRowChanged, this, [this](const QModelIndex& index) {
        const QString folder = index.data(RunListModel::FolderRole).toString();
        // A filter that hides the run leaves it open.
        if (!folder.isEmpty() && folder != m_folder) {
            m_folder = folder;
            Q_EMIT selected(folder);
        }
    });
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] {
        restoreSelection();
        updateState();
    });
    updateState();
}

QString RunListPanel::currentFolder() const
{
    return m_folder;
}

void RunListPanel::select(const QString& folder)
{
    const QModelIndex source = m_model->indexOf(folder);
    if (!source.isValid()) {
        return;
    }
    if (!m_filter->mapFromSource(source).isValid()) {
        m_search->clear();
        m_filter->setText({});
        m_filter->setGroup(RunFilter::Group::All);
        updateState();
    }
    const QModelIndex index = m_filter->mapFromSource(source);
    m_list->setCurrentIndex(index);
    m_list->scrollTo(index);
}

void RunListPanel::restoreSelection()
{
    QModelIndex index = m_filter->mapFromSource(m_model->indexOf(m_folder));
    if (!index.isValid() && !m_model->indexOf(m_folder).isValid()) {
        m_folder.clear();
        index = m_filter->index(0, 0);
    }
    m_list->setCurrentIndex(index);
    if (m_folder.isEmpty() && !index.isValid()) {
        Q_EMIT selected({});
    }
}

void RunListPanel::updateState()
{
    m_stack->setCurrentIndex(m_filter->rowCount() == 0 && m_filter->isFiltering() ? 1 : 0);
    const bool enough = m_model->rowCount() > 1;
    m_compare->setEnabled(enough);
    m_compare->setToolTip(enough ? QString() : tr("Needs two runs to compare."));
    const bool grouped = m_filter->group() != RunFilter::Group::All;
    m_groups->setWords(grouped ? tr("Shown: %1").arg(RunFilter::groupName(m_filter->group()))
                               : tr("Filter by state"));
    m_groups->setCheckable(grouped);
    m_groups->setChecked(grouped);
}

void RunListPanel::showFilterMenu()
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    auto* exclusive = new QActionGroup(menu);
    for (const RunFilter::Group group : kGroups) {
        QAction* action = menu->addAction(RunFilter::groupName(group), this, [this, group] {
            m_filter->setGroup(group);
            updateState();
        });
        action->setCheckable(true);
        action->setChecked(group == m_filter->group());
        exclusive->addAction(action);
    }
    menu->popup(m_groups->mapToGlobal(QPoint(0, m_groups->height())));
}

} // namespace ui::pages::runs
