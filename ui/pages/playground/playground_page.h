// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Chat with the base and with adapters side by side: one prompt and seed to up to three panes, and
// where their answers part. Destination options: "model" (folder of the base), "adapter" (id or
// folder) or "adapters" (several of them): a new conversation of the base and these.
#pragma once

#include "ui/page/page.h"
#include "ui/pages/playground/talk.h"

#include <QPointer>

#include <memory>

class QBoxLayout;
class QMenu;
class QTimer;
class QStackedWidget;

namespace ui::widgets {
class Button;
class Card;
class EmptyState;
class SegmentedControl;
} // namespace ui::widgets

namespace ui::pages::playground {

class Composer;
class DifferenceBar;
class Pane;
class SidePanel;

class PlaygroundPage final : public Page
{
    Q_OBJECT

public:
    explicit PlaygroundPage(PageContext& context);
    ~PlaygroundPage() override;

    QString title() const override;
    QString fact() const override;
    QList<QWidget*> topBarWidgets() override;
    void open(const Destination& destination) override;

    Talk& talk() const { return *m_talk; }
    const std::vector<Pane*>& panes() const { return m_panes; }
    Composer& composer() const { return *m_composer; }
    DifferenceBar& differenceBar() const { return *m_difference; }

private:
    QWidget* makeChat();
    void connectTalk();
    void showSetup();
    void showPanes();
    void showDifference();
    void showBusy();
    void fillModels(QMenu* menu);
    void chooseModel(const QString& folder);
    void chooseAdapters(const QStringList& idsOrPaths);
    void keepPrompt();
    void keepDraft();
    void restoreDraft();

    Talk* m_talk;
    QStackedWidget* m_stack;
    widgets::EmptyState* m_empty;
    QBoxLayout* m_columns = nullptr;
    std::vector<Pane*> m_panes;
    DifferenceBar* m_difference;
    Composer* m_composer;
    SidePanel* m_side;
    QPointer<widgets::Button> m_modelButton;
    QPointer<widgets::SegmentedControl> m_paneCount;
    QPointer<widgets::Button> m_new;
    QPointer<widgets::Button> m_copy;
    QTimer* m_draft;
    QString m_baseName;
    bool m_isMissing = false; // the base's folder is not there
};

std::unique_ptr<ui::Page> makePage(PageContext& context);

} // namespace ui::pages::playground
