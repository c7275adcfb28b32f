// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/run_header.h"

#include "app/base/format.h"
#include "ui/pages/runs/run_texts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/plain_label.h"

#include <QResizeEvent>
#include <QVBoxLayout>

namespace ui::pages::runs {

using app::runs::RunInfo;
using app::runs::RunStatus;

namespace {

constexpr int kWide = 860; // facts fit beside the buttons

QString iconOf(RunHeader::Action action)
{
    using Action = RunHeader::Action;
    switch (action) {
    case Action::Checkpoint:
        return QStringLiteral("save");
    case Action::Pause:
        return QStringLiteral("pause");
    case Action::Resume:
    case Action::Continue:
        return QStringLiteral("play");
    case Action::Stop:
    case Action::Kill:
        return QStringLiteral("stop");
    case Action::StartAgain:
        return QStringLiteral("reset");
    case Action::Chat:
        return QStringLiteral("chat");
    case Action::Export:
        return QStringLiteral("export");
    case Action::Adapter:
        break;
    }
    return QStringLiteral("adapters");
}

} // namespace

RunHeader::RunHeader(QWidget* parent)
    : QWidget(parent), m_name(new widgets::ElidedLabel({}, Type::Heading)),
      m_state(new widgets::Chip({})),
      m_fact(new widgets::ElidedLabel({}, Type::Small, Tone::Tertiary)),
      m_factBelow(new widgets::ElidedLabel({}, Type::Small, Tone::Tertiary)),
      m_reason(new widgets::PlainLabel({}, Type::Caption, Tone::Tertiary)), m_row(new QHBoxLayout)
{
    m_state->setDot(true);
    m_fact->setElideMode(Qt::ElideRight);
    m_reason->hide();
    m_row->setSpacing(theme().px(12));
    // The name keeps its width, the facts take what is left.
    m_name->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_fact->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_row->addWidget(m_name);
    m_row->addWidget(m_state);
    m_row->addWidget(m_fact, 1);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme().px(16), theme().px(12), theme().px(12), theme().px(4));
    layout->setSpacing(theme().px(4));
    layout->addLayout(m_row);
    layout->addWidget(m_factBelow);
    layout->addWidget(m_reason, 0, Qt::AlignRight);
}

QList<RunHeader::Action> RunHeader::actionsFor(const RunInfo& run)
{
    if (app::runs::isActive(run.status)) {
        QList<Action> actions = {
            Action::Checkpoint,
            run.status == RunStatus::Paused ? Action::Resume : Action::Pause,
            Action::Stop,
        };
        if (run.isOwn && run.doesNotRespond) {
            actions.append(Action::Kill);
        }
        return actions;
    }
    switch (run.status) {
    case RunStatus::Finished:
        return {Action::Adapter, Action::Export, Action::Chat};
    case RunStatus::Stopped:
    case RunStatus::Interrupted:
    case RunStatus::Failed:
        return {Action::StartAgain, Action::Continue};
    default:
        return {};
    }
}

QString RunHeader::refusal(Action action, const RunInfo& run, const QString& busyWith)
{
    if (action == Action::Continue && !busyWith.isEmpty()) {
        return tr("%1 is training; one run at a time.").arg(busyWith);
    }
    const bool isSteering = action == Action::Checkpoint || action == Action::Pause
                            || action == Action::Resume || action == Action::Stop;
    if (!isSteering) {
        return {};
    }
    if (run.status == RunStatus::Stopping) {
        return tr("It is saving and will stop.");
    }
    if (run.doesNotRespond) {
        return tr("The engine does not answer.");
    }
    if (run.status == RunStatus::Starting && action != Action::Stop) {
        return tr("Training has not begun yet.");
    }
    if (run.status == RunStatus::Paused && action == Action::Checkpoint) {
        return tr("A paused run has saved its checkpoint.");
    }
    return {};
}

QString RunHeader::textOf(Action action, const RunInfo& run)
{
    switch (action) {
    case Action::Checkpoint:
        return tr("Save checkpoint");
    case Action::Pause:
        return tr("Pause");
    case Action::Resume:
        return tr("Resume");
    case Action::Stop:
        return tr("Stop and save");
    case Action::Kill:
        return tr("Kill now");
    case Action::Continue:
        return run.lastCheckpoint > 0
                   ? tr("Resume from %1").arg(app::formatCount(run.lastCheckpoint))
                   : tr("Resume from the start");
    case Action::StartAgain:
        return tr("Start again");
    case Action::Chat:
        return tr("Chat");
    case Action::Export:
        return tr("Export");
    case Action::Adapter:
        break;
    }
    return tr("Adapter");
}

widgets::Button* RunHeader::makeButton(Action action, const QString& text)
{
    using widgets::Button;
    const bool danger = action == Action::Stop || action == Action::Kill;
    auto* button = new Button(
        text, danger ? Button::Kind::Danger : Button::Kind::Normal, Button::Extent::Small, this);
    button->setIconName(iconOf(action));
    connect(button, &QPushButton::clicked, this, [this, action] { Q_EMIT requested(action); });
    return button;
}

void RunHeader::show(const RunInfo& run, const QString& busyWith)
{
    m_name->setText(run.name);
    m_state->setText(stateWord(run));
    m_state->setKind(chipKind(run.status));
    m_fact->setText(m_factBelow->isVisibleTo(this) ? QString() : headingFact(run));
    m_factBelow->setText(headingFact(run));

    const QList<Action> actions = actionsFor(run);
    QStringList texts;
    for (const Action action : actions) {
        texts.append(textOf(action, run));
    }
    if (texts != m_texts) {
        m_texts = texts;
        for (const auto& [action, button] : m_buttons) {
            m_row->removeWidget(button);
            button->hide();
            button->deleteLater();
        }
        m_buttons.clear();
        for (qsizetype index = 0; index < actions.size(); ++index) {
            widgets::Button* made = makeButton(actions[index], texts[index]);
            m_row->addWidget(made);
            m_buttons.append({actions[index], made});
        }
    }
    QString reason;
    for (const auto& [action, button] : m_buttons) {
        const QString why = refusal(action, run, busyWith);
        button->setEnabled(why.isEmpty());
        button->setToolTip(why);
        button->setAccessibleDescription(why);
        reason = reason.isEmpty() ? why : reason;
    }
    m_reason->setText(reason);
    m_reason->setVisible(!reason.isEmpty());
}

void RunHeader::resizeEvent(QResizeEvent* event)
{
    const bool isWide = event->size().width() >= theme().px(kWide);
    // An empty label still holds its place, so that the buttons stay at the right.
    m_fact->setText(isWide ? m_factBelow->text() : QString());
    m_factBelow->setVisible(!isWide);
    QWidget::resizeEvent(event);
}

widgets::Button* RunHeader::button(Action action) const
{
    for (const auto& [offered, button] : m_buttons) {
        if (offered == action) {
            return button;
        }
    }
    return nullptr;
}

} // namespace ui::pages::runs
