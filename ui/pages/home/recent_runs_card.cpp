// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/home/recent_runs_card.h"

#include "app/studio/studio.h"
#include "ui/pages/home/recent_runs_model.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/sparkline_delegate.h"
#include "ui/widgets/status_delegate.h"
#include "ui/widgets/table_view.h"

#include <QHeaderView>
#include <QVBoxLayout>

#include <array>

namespace ui::pages::home {

using namespace Qt::StringLiterals;

namespace {

// Shares of the width, as in the design: names breathe, numbers do not.
constexpr std::array<int, RecentRunsModel::kColumns> kShares = {
    175, 145, 130, 95, 125, 95, 110, 150, 120};
// Columns that go first where there is no room for all.
struct Narrow
{
    int below;
    RecentRunsModel::Column column;
};
constexpr std::array kNarrow = {Narrow{1000, RecentRunsModel::Loss},
                                Narrow{900, RecentRunsModel::Trainable},
                                Narrow{760, RecentRunsModel::Method}};

} // namespace

RecentRunsCard::RecentRunsCard(PageContext& context, QWidget* parent)
    : Card(tr("Recent runs"), {}, parent), m_context(context),
      m_model(new RecentRunsModel(context.studio.runs(), this)), m_table(new widgets::TableView),
      m_empty(new widgets::EmptyState(
          u"runs"_s, tr("No run yet"), tr("What you train appears here, with its curve.")))
{
    setFlush(true);
    auto* all = widgets::linkButton(tr("All runs"));
    addHeaderWidget(all);
    connect(all, &QAbstractButton::clicked, this, [this] { m_context.navigator.go({u"runs"_s}); });

    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Recent runs"));
    m_table->setItemDelegateForColumn(RecentRunsModel::Status,
                                      new widgets::StatusDelegate(m_table));
    m_table->setItemDelegateForColumn(RecentRunsModel::Loss,
                                      new widgets::SparklineDelegate(m_table));
    m_table->setFitsContent(true);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    const auto openRun = [this](const QModelIndex& index) {
        m_context.navigator.go({u"runs"_s, index.data(RecentRunsModel::kFolderRole).toString()});
    };
    connect(m_table, &widgets::TableView::rowActivated, this, openRun);
    connect(m_table, &QAbstractItemView::clicked, this, openRun);
    connect(m_model, &QAbstractItemModel::modelReset, this, &RecentRunsCard::showRuns);

    // The last row's line and the card's border would read as one thick line.
    body()->setContentsMargins(0, 0, 0, theme().px(8));
    body()->addWidget(m_table);
    body()->addWidget(m_empty, 1);
    body()->addStretch();
    showRuns();
}

void RecentRunsCard::resizeEvent(QResizeEvent* event)
{
    Card::resizeEvent(event);
    fitColumns();
}

void RecentRunsCard::showRuns()
{
    const bool hasRuns = m_model->rowCount() > 0;
    m_table->setVisible(hasRuns);
    m_empty->setVisible(!hasRuns);
    m_table->updateGeometry();
}

void RecentRunsCard::fitColumns()
{
    const int width = contentsRect().width() - 2;
    for (const Narrow& narrow : kNarrow) {
        m_table->setColumnHidden(narrow.column, width < theme().px(narrow.below));
    }
    int shares = 0;
    for (int column = 0; column < RecentRunsModel::kColumns; ++column) {
        shares += m_table->isColumnHidden(column) ? 0 : kShares[size_t(column)];
    }
    int left = width;
    for (int column = 0; column < RecentRunsModel::kColumns; ++column) {
        if (m_table->isColumnHidden(column)) {
            continue;
        }
        const bool isLast = column == RecentRunsModel::Started;
        const int own = isLast ? left : width * kShares[size_t(column)] / shares;
        m_table->setColumnWidth(column, own);
        left -= own;
    }
}

} // namespace ui::pages::home
