// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// "Try it now": the sample model, the sample data, and one click to a trained adapter.
#pragma once

#include "ui/page/page.h"
#include "ui/widgets/card.h"

namespace ui::widgets {
class Button;
class MessageBar;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::home {

class StepTile;

class TryCard final : public widgets::Card
{
    Q_OBJECT

public:
    explicit TryCard(PageContext& context, QWidget* parent = nullptr);

private:
    QWidget* makeSteps();
    QWidget* makeActions();
    void start();
    void showFacts();
    void showState();
    // What happens on a click, or why it cannot be clicked.
    QString stateWords() const;

    PageContext& m_context;
    StepTile* m_model;
    StepTile* m_data;
    StepTile* m_adapter;
    widgets::MessageBar* m_failure;
    widgets::Button* m_start = nullptr;
    widgets::Button* m_result = nullptr;
    widgets::PlainLabel* m_words = nullptr;
    QString m_lastRun; // folder of the newest finished try
};

} // namespace ui::pages::home
