// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// "Recent runs": the newest ones at a glance; a row leads to its run.
#pragma once

#include "ui/page/page.h"
#include "ui/widgets/card.h"

namespace ui::widgets {
class EmptyState;
class TableView;
} // namespace ui::widgets

namespace ui::pages::home {

class RecentRunsModel;

class RecentRunsCard final : public widgets::Card
{
    Q_OBJECT

public:
    explicit RecentRunsCard(PageContext& context, QWidget* parent = nullptr);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void showRuns();
    void fitColumns();

    PageContext& m_context;
    RecentRunsModel* m_model;
    widgets::TableView* m_table;
    widgets::EmptyState* m_empty;
};

} // namespace ui::pages::home
