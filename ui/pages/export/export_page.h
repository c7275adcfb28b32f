// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Export: an adapter, or the base with it merged in, written for other programs and compared with
// the original before it is put in place.
// The namespace is `exporting`: `export` is a word of C++.
// Destination: options "adapter" (or the item) = id of the library, or the adapter's folder.
#pragma once

#include "engine/contract/result.h"
#include "ui/page/page.h"

#include <QDateTime>

#include <memory>

class QStackedWidget;
class QTimer;

namespace ui::widgets {
class Button;
} // namespace ui::widgets

namespace ui::pages::exporting {

class EarlierExports;
class ExportJob;
class PlanPanel;
class ProgressPanel;
class ReportPanel;

class ExportPage : public Page
{
    Q_OBJECT

public:
    explicit ExportPage(PageContext& context);
    ~ExportPage() override;

    QString title() const override { return tr("Export"); }
    QString fact() const override;
    QList<QWidget*> topBarWidgets() override;
    void open(const Destination& destination) override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeRight();
    void connectPanels();
    void loadAdapters();
    void loadExporters();
    void askAboutBase();
    void proposeFolder();
    void checkPlaces();
    void start();
    void finish();
    void record();
    void saveReport();
    void reveal(const QString& folder);
    QString formatName(const QString& format) const;
    QString engineProgram() const;

    PlanPanel* m_plan;
    QStackedWidget* m_right;
    ProgressPanel* m_progress;
    ReportPanel* m_report;
    EarlierExports* m_earlier;
    widgets::Button* m_showEarlier;
    QTimer* m_check;                  // after the last keystroke
    std::unique_ptr<ExportJob> m_job; // the running or the last one
    QDateTime m_finished;
    QString m_question; // about the base
    QString m_wanted;   // adapter asked for before it was there
    int m_beforeEarlier = 0;
};

std::unique_ptr<ui::Page> makePage(PageContext& context);

} // namespace ui::pages::exporting
