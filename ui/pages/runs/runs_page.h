// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The Runs page: the list with its queue at the left, the chosen run at the right, or several laid
// over one another. Destinations: {"runs", folder, tab}; tab "compare" opens the comparison with
// the run as its baseline. Options: "compare" = a list of folders.
#pragma once

#include "ui/page/page.h"

#include <memory>

class QStackedWidget;

namespace ui::pages::runs {

class CompareListModel;
class CompareView;
class RunDetail;
class RunListPanel;

class RunsPage final : public Page
{
    Q_OBJECT

public:
    explicit RunsPage(PageContext& context);

    QString title() const override;
    QString fact() const override;
    QList<QWidget*> topBarWidgets() override;
    void open(const Destination& destination) override;

    RunDetail& detail() const { return *m_detail; }
    CompareView& comparison() const { return *m_comparison; }
    bool isComparing() const { return m_isComparing; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void newRun();
    void compare(const QStringList& folders);
    void leaveComparison();
    void openRun(const QString& folder);
    // Which of empty, loading, detail and comparison is seen.
    void updateState();

    RunListPanel* m_list;
    CompareListModel* m_compared;
    RunDetail* m_detail;
    CompareView* m_comparison;
    QStackedWidget* m_left;
    QStackedWidget* m_right;
    QStackedWidget* m_whole; // columns, empty, loading
    QString m_wanted;        // asked for before the runs were read
    QString m_wantedTab;
    bool m_isComparing = false;
};

std::unique_ptr<ui::Page> makePage(PageContext& context);

} // namespace ui::pages::runs
