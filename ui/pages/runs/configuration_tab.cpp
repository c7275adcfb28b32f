// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/configuration_tab.h"

#include "app/base/text.h"
#include "ui/pages/runs/entry_model.h"
#include "ui/theme/theme.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/table_view.h"

#include <QStackedWidget>
#include <QVBoxLayout>

namespace ui::pages::runs {

namespace {

constexpr int kIndent = 2;

} // namespace

ConfigurationTab::ConfigurationTab(QWidget* parent)
    : QWidget(parent), m_model(new EntryModel(this)), m_stack(new QStackedWidget)
{
    auto* search = new widgets::SearchField(tr("Find a setting"));
    search->setAccessibleName(tr("Find a setting"));
    auto* copy = new widgets::CopyButton(
        [this] { return app::qs(engine::contract::toJson(m_job, kIndent)); });
    copy->setWords(tr("Copy all as JSON"));
    auto* table = new widgets::TableView;
    table->setModel(m_model);
    auto* delegate = new widgets::RowDelegate(table);
    delegate->setCompact(true);
    table->setItemDelegate(delegate);
    table->setStretchColumn(1);
    table->setAccessibleName(tr("Settings of the run"));

    auto* row = new QHBoxLayout;
    row->setContentsMargins(theme().px(16), theme().px(8), theme().px(12), theme().px(8));
    row->addWidget(search, 1);
    row->addWidget(copy);
    auto* settings = new QWidget;
    auto* column = new QVBoxLayout(settings);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(table, 1);

    m_stack->addWidget(
        new widgets::EmptyState(QStringLiteral("settings"),
                                tr("No configuration"),
                                tr("The run's job.json is missing or cannot be read.")));
    m_stack->addWidget(settings);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);

    connect(search, &widgets::SearchField::searchChanged, m_model, [this](const QString& text) {
        m_model->setFilter(text);
    });
}

void ConfigurationTab::show(const Value& job)
{
    m_job = job;
    m_model->setEntries(flattened(job));
    m_stack->setCurrentIndex(job.isNull() ? 0 : 1);
}

} // namespace ui::pages::runs
