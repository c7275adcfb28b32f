// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/adapters/rank_card.h"

#include "ui/pages/adapters/rank_legend.h"
#include "ui/pages/adapters/rank_map.h"
#include "ui/theme/theme.h"
#include "ui/widgets/loading_state.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace ui::pages::adapters {

RankCard::RankCard(QWidget* parent)
    : QWidget(parent), m_fact(new widgets::PlainLabel({}, Type::Small, Tone::Secondary)),
      m_map(new RankMap), m_loading(new widgets::LoadingState),
      m_failure(new widgets::MessageBar(widgets::MessageBar::Severity::Warning)),
      m_none(new widgets::PlainLabel(tr("This method has no ranks."), Type::Small, Tone::Secondary))
{
    m_legend = new RankLegend(*m_map);
    auto* head = new QHBoxLayout;
    head->setSpacing(theme().px(8));
    head->addWidget(new widgets::PlainLabel(tr("Rank map"), Type::BodyStrong));
    head->addWidget(m_fact);
    head->addStretch();
    head->addWidget(m_legend);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(theme().px(8));
    layout->addLayout(head);
    layout->addWidget(m_map);
    layout->addWidget(m_loading);
    layout->addWidget(m_failure);
    layout->addWidget(m_none);
    setLoading();
}

void RankCard::showOnly(QWidget* widget)
{
    for (QWidget* each : std::initializer_list<QWidget*>{m_map, m_loading, m_failure, m_none}) {
        each->setVisible(each == widget);
    }
    m_fact->setVisible(widget == m_map);
    m_legend->setVisible(widget == m_map);
}

void RankCard::setGrid(const RankGrid& grid)
{
    m_loading->stop();
    m_map->setGrid(grid);
    m_legend->refresh();
    m_fact->setText(tr("%n layers × %1 kinds", nullptr, grid.layers).arg(grid.kinds.size()));
    showOnly(grid.isEmpty() ? static_cast<QWidget*>(m_none) : m_map);
}

void RankCard::setLoading()
{
    showOnly(m_loading);
    m_loading->start();
}

void RankCard::setFailure(const QString& cause, const QString& detail)
{
    m_loading->stop();
    m_failure->clearActions();
    m_failure->setText(cause, detail);
    m_failure->addAction(tr("Try again"), this, [this] { Q_EMIT retryRequested(); });
    showOnly(m_failure);
}

} // namespace ui::pages::adapters
