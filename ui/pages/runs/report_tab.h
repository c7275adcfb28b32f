// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The Data and mask tab: what report.json says of the data, of what was trained on, and of how the
// run was set up.
#pragma once

#include "ui/pages/runs/run_documents.h"
#include "ui/widgets/fact_list.h"

#include <QScrollArea>

class QStackedWidget;
class QVBoxLayout;

namespace ui::pages::runs {

class ReportTab final : public QScrollArea
{
    Q_OBJECT

public:
    explicit ReportTab(QWidget* parent = nullptr);

    void show(const Value& report);

private:
    void addSection(const QString& title, const QList<widgets::FactList::Fact>& facts);
    void addRows(const QString& title, const Value& rows);
    void showData(const Value& report);
    void showMask(const Value& report);
    void showSetup(const Value& report);

    QStackedWidget* m_stack;
    QVBoxLayout* m_sections;
};

} // namespace ui::pages::runs
