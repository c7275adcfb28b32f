// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The left column of the Runs page: filter, list, queue, and the way into the comparison.
#pragma once

#include "ui/pages/runs/run_filter.h"

#include <QFrame>

namespace app::runs {
class RunCenter;
}

namespace ui::widgets {
class Button;
class EmptyState;
class IconButton;
class ListView;
class SearchField;
} // namespace ui::widgets

class QStackedWidget;

namespace ui::pages::runs {

class RunListModel;

class RunListPanel final : public QFrame
{
    Q_OBJECT

public:
    explicit RunListPanel(app::runs::RunCenter& center, QWidget* parent = nullptr);

    // Empty when none is selected.
    QString currentFolder() const;
    // Clears the filter when it hides the run. Without such a run nothing changes.
    void select(const QString& folder);
    // The run that was selected, else the newest; selected() tells when it is another.
    void restoreSelection();

Q_SIGNALS:
    void selected(const QString& folder);
    void compareRequested();
    void newRunRequested();

private:
    void showFilterMenu();
    void updateState();

    app::runs::RunCenter& m_center;
    RunListModel* m_model;
    RunFilter* m_filter;
    widgets::SearchField* m_search;
    widgets::IconButton* m_groups;
    widgets::ListView* m_list;
    widgets::EmptyState* m_nothing;
    QStackedWidget* m_stack;
    widgets::Button* m_compare;
    QString m_folder;
};

} // namespace ui::pages::runs
