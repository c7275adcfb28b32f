// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The head of an open run: name, state, facts, and what can be done with it now. What cannot be
// done yet is disabled and says why.
#pragma once

#include "app/runs/run_info.h"

#include <QWidget>

#include <functional>

namespace ui::widgets {
class Button;
class Chip;
class ElidedLabel;
class PlainLabel;
} // namespace ui::widgets

class QHBoxLayout;

namespace ui::pages::runs {

class RunHeader final : public QWidget
{
    Q_OBJECT

public:
    enum class Action {
        Checkpoint,
        Pause,
        Resume,
        Stop,
        Kill,
        Continue,
        StartAgain,
        Chat,
        Export,
        Adapter,
    };
    Q_ENUM(Action)

    explicit RunHeader(QWidget* parent = nullptr);

    // `busyWith`: the name of another run that has the device; empty when it is free.
    void show(const app::runs::RunInfo& run, const QString& busyWith = {});
    // Null when the action is not offered now.
    widgets::Button* button(Action action) const;

Q_SIGNALS:
    void requested(ui::pages::runs::RunHeader::Action action);

private:
    void resizeEvent(QResizeEvent* event) override;
    // What is offered for a run, from left to right.
    static QList<Action> actionsFor(const app::runs::RunInfo& run);
    // Why the action cannot be done now; empty when it can.
    static QString refusal(Action action, const app::runs::RunInfo& run, const QString& busyWith);
    static QString textOf(Action action, const app::runs::RunInfo& run);
    widgets::Button* makeButton(Action action, const QString& text);

    widgets::ElidedLabel* m_name;
    widgets::Chip* m_state;
    widgets::ElidedLabel* m_fact;
    widgets::ElidedLabel* m_factBelow; // the same where the row is too narrow
    widgets::PlainLabel* m_reason;
    QHBoxLayout* m_row;
    QList<std::pair<Action, widgets::Button*>> m_buttons;
    QStringList m_texts; // of the buttons, to leave them alone while nothing changes
};

} // namespace ui::pages::runs
