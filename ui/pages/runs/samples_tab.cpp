// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/samples_tab.h"

#include "ui/pages/runs/samples_model.h"
#include "ui/theme/theme.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/separator.h"
#include "ui/widgets/table_view.h"

#include <QHeaderView>
#include <QPlainTextEdit>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ui::pages::runs {

SamplesTab::SamplesTab(QWidget* parent)
    : QWidget(parent), m_model(new SamplesModel(this)), m_prompts(new widgets::ComboBox),
      m_table(new widgets::TableView), m_text(new QPlainTextEdit), m_stack(new QStackedWidget)
{
    m_prompts->setAccessibleName(tr("Prompt"));
    m_table->setModel(m_model);
    m_table->setItemDelegate(new widgets::RowDelegate(m_table));
    m_table->setStretchColumn(SamplesModel::AnswerColumn);
    m_table->setAccessibleName(tr("Samples"));
    m_text->setReadOnly(true);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setTabChangesFocus(true);
    m_text->setAccessibleName(tr("Whole answer"));
    m_text->setFixedHeight(theme().px(160));

    auto* row = new QHBoxLayout;
    row->setContentsMargins(theme().px(16), theme().px(8), theme().px(16), theme().px(8));
    row->setSpacing(theme().px(8));
    row->addWidget(new widgets::PlainLabel(tr("Prompt"), Type::Small, Tone::Tertiary));
    row->addWidget(m_prompts, 1);
    auto* samples = new QWidget;
    auto* column = new QVBoxLayout(samples);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(m_table, 1);
    column->addWidget(new widgets::Separator);
    auto* text = new QVBoxLayout;
    text->setContentsMargins(theme().px(12), theme().px(8), theme().px(12), theme().px(8));
    text->addWidget(m_text);
    column->addLayout(text);

    m_stack->addWidget(new widgets::EmptyState(
        QStringLiteral("chat"),
        tr("No samples"),
        tr("A run with sample prompts answers them along the way; set them under Train.")));
    m_stack->addWidget(samples);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);

    connect(m_prompts, &QComboBox::currentIndexChanged, this, [this] {
        m_model->setPrompt(m_prompts->currentData().toInt());
        m_table->selectRow(m_model->rowCount() - 1);
        showCurrent();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        showCurrent();
    });
}

SamplesTab::~SamplesTab() = default;

void SamplesTab::show(const app::runs::RunSeries& series)
{
    m_stack->setCurrentIndex(series.samples.empty() ? 0 : 1);
    if (!m_model->setSamples(series.samples)) {
        return;
    }
    const QVariant chosen = m_prompts->currentData();
    {
        const QSignalBlocker quiet(m_prompts);
        m_prompts->clear();
        m_prompts->addItem(tr("All prompts"), -1);
        for (const auto& [index, prompt] : m_model->prompts()) {
            m_prompts->addItem(widgets::firstLine(prompt), static_cast<int>(index));
        }
        if (chosen.isValid()) {
            m_prompts->setCurrentData(chosen);
        }
    }
    m_model->setPrompt(m_prompts->currentData().toInt());
    if (!m_table->currentIndex().isValid()) {
        m_table->selectRow(m_model->rowCount() - 1);
    }
    showCurrent();
}

void SamplesTab::showCurrent()
{
    const QString text = m_model->answer(m_table->currentIndex().row());
    if (text != m_text->toPlainText()) {
        m_text->setPlainText(text);
    }
}

} // namespace ui::pages::runs
