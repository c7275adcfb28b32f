// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Train: set up a job, see what it will take, start it. Three columns; below 1120 pixels the third
// is a tab of the second. Destination options: "model" and "data" (paths; several of "data" are
// trained together), "job" (path of a job file), "start_from" (folder of an adapter to continue),
// "max_length" and "truncate" of the data. GUI thread only.
#pragma once

#include "ui/page/page.h"
#include "ui/pages/train/job_draft.h"
#include "ui/pages/train/job_facts.h"

#include <QTimer>

#include <memory>

class QStackedWidget;

namespace ui::widgets {
class Button;
class Card;
class Chip;
class EmptyState;
class SegmentedControl;
class StatusLabel;
} // namespace ui::widgets

namespace ui::pages::train {

class CommandCard;
class ConsequencesPanel;
class SettingsCard;
class SetupPanel;
class StartPanel;
class TargetPanel;

class TrainPage : public Page
{
    Q_OBJECT

public:
    explicit TrainPage(PageContext& context);
    ~TrainPage() override;

    QString title() const override { return tr("New run"); }
    QString fact() const override;
    QList<QWidget*> topBarWidgets() override;
    void open(const Destination& destination) override;

    JobDraft& draft() { return m_draft; }
    TargetPanel& targets() { return *m_targets; }
    // Whether everything on the page is about the draft as it is now.
    bool isPlanKnown() const { return m_facts.plan().isKnown(); }
    bool isPlanPending() const { return m_facts.plan().isPending; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    enum class Start { Now, Queue };

    void makeColumns();
    widgets::Card* makeSetup();
    void makeMiddle();
    void arrange();
    void takeCatalog();
    void showState();
    void follow();
    void followPlan();
    void showMiddle(QWidget* card);
    void showCommand();
    void writeCommand();
    void openJobFile(const QString& path);
    void start(Start how);
    void launch(Start how);
    void savePreset();
    bool place(const engine::contract::Error& error, bool takesFocus);
    engine::contract::Value job() const;

    JobDraft m_draft;
    JobFacts m_facts;
    QTimer m_saving;
    Destination m_pending;
    QStackedWidget* m_outer;
    QWidget* m_content;
    widgets::EmptyState* m_state;
    SetupPanel* m_setup;
    TargetPanel* m_targets;
    SettingsCard* m_settings;
    ConsequencesPanel* m_consequences;
    StartPanel* m_start;
    widgets::Chip* m_changes;
    widgets::Button* m_allSettings;
    QStackedWidget* m_middle;
    widgets::SegmentedControl* m_tabs;
    widgets::Card* m_targetCard;
    widgets::Card* m_consequencesCard;
    widgets::StatusLabel* m_source;
    CommandCard* m_command;
    QWidget* m_middleColumn;
    bool m_isNarrow = false;
    bool m_isSaved = false;
    bool m_hasRefusal = false;
};

std::unique_ptr<Page> makePage(PageContext& context);

} // namespace ui::pages::train
