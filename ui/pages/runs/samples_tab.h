// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The Samples tab: every generated answer of the run, filtered by prompt, with its whole text.
#pragma once

#include "app/runs/run_series.h"

#include <QWidget>

class QPlainTextEdit;
class QStackedWidget;

namespace ui::widgets {
class ComboBox;
class TableView;
} // namespace ui::widgets

namespace ui::pages::runs {

class SamplesModel;

class SamplesTab final : public QWidget
{
    Q_OBJECT

public:
    explicit SamplesTab(QWidget* parent = nullptr);
    ~SamplesTab() override;

    void show(const app::runs::RunSeries& series);

private:
    void showCurrent();

    SamplesModel* m_model;
    widgets::ComboBox* m_prompts;
    widgets::TableView* m_table;
    QPlainTextEdit* m_text;
    QStackedWidget* m_stack;
};

} // namespace ui::pages::runs
