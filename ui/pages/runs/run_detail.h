// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One open run: its head, what is wrong with it, and the tabs. Follows the journal of the run while
// it is open. GUI thread only.
#pragma once

#include "app/runs/run_info.h"
#include "ui/pages/runs/run_header.h"

#include <QFrame>

#include <memory>

namespace app::runs {
class RunCenter;
class RunFollower;
} // namespace app::runs

namespace ui {
class Dialogs;
class Navigator;
} // namespace ui

namespace ui::widgets {
class LoadingState;
class MessageBar;
class TabView;
} // namespace ui::widgets

class QStackedWidget;

namespace ui::pages::runs {

class ChartsTab;
class ConfigurationTab;
class LogTab;
class ReportTab;
class SamplesTab;
struct RunDocuments;

class RunDetail final : public QFrame
{
    Q_OBJECT

public:
    RunDetail(app::runs::RunCenter& center,
              Navigator& navigator,
              Dialogs& dialogs,
              QWidget* parent = nullptr);
    ~RunDetail() override;

    // Opens the run; the same one again changes nothing.
    void open(const QString& folder);
    QString folder() const { return m_folder; }
    // "charts", "samples", "log", "configuration", "data"; another word changes nothing.
    void showTab(const QString& id);

    RunHeader& header() const { return *m_header; }
    ChartsTab& charts() const { return *m_charts; }
    widgets::MessageBar& message() const { return *m_message; }

private:
    void makeTabs();
    void readDocuments();
    void takeSeries(std::size_t first);
    void refresh();
    void showHeader();
    void showMessage(const app::runs::RunInfo& run);
    void showFailure(const app::runs::RunInfo& run);
    void act(RunHeader::Action action);
    void perform(RunHeader::Action action);
    void confirmKill();
    void refuse(const QString& cause, const QString& hint);

    app::runs::RunCenter& m_center;
    Navigator& m_navigator;
    Dialogs& m_dialogs;
    QString m_folder;
    std::unique_ptr<app::runs::RunFollower> m_follower;
    app::runs::RunStatus m_status = app::runs::RunStatus::Starting;

    RunHeader* m_header;
    widgets::MessageBar* m_message; // what is wrong with the run
    widgets::MessageBar* m_notice;  // what came of an action
    widgets::TabView* m_tabs;
    QStackedWidget* m_chartStack; // charts, or loading
    widgets::LoadingState* m_loading;
    ChartsTab* m_charts;
    SamplesTab* m_samples;
    LogTab* m_log;
    ConfigurationTab* m_configuration;
    ReportTab* m_report;
};

} // namespace ui::pages::runs
