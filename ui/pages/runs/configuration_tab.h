// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The Configuration tab: every setting of the run's job.json, searchable, and copied as JSON.
#pragma once

#include "ui/pages/runs/run_documents.h"

#include <QWidget>

class QStackedWidget;

namespace ui::pages::runs {

class EntryModel;

class ConfigurationTab final : public QWidget
{
    Q_OBJECT

public:
    explicit ConfigurationTab(QWidget* parent = nullptr);

    void show(const Value& job);

private:
    EntryModel* m_model;
    QStackedWidget* m_stack;
    Value m_job;
};

} // namespace ui::pages::runs
