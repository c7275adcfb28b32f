// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/closing.h"

#include "app/studio/studio.h"
#include "ui/dialogs/dialogs.h"

namespace ui::shell {

namespace {

// The values of the setting, and the ids of the answers.
constexpr QLatin1String kContinue("continue");
constexpr QLatin1String kStop("stop");
constexpr QLatin1String kCancel("cancel");

} // namespace

Closing::Closing(app::Studio& studio, Dialogs& dialogs, QObject* parent)
    : QObject(parent), m_studio(studio), m_dialogs(dialogs)
{
}

bool Closing::mayClose(QWidget* window)
{
    const app::runs::RunInfo* run = m_studio.runs().current();
    // A run of another program does not notice that we close.
    if (m_isConfirmed || run == nullptr || !run->isOwn) {
        return true;
    }
    const QString action = m_studio.settings().get(app::kCloseAction);
    if (action == kContinue || action == kStop) {
        act(action);
        return true;
    }
    if (!m_isAsking) {
        ask(window, run->name);
    }
    return false;
}

void Closing::ask(QWidget* window, const QString& runName)
{
    Question question;
    question.title = tr("%1 is still running").arg(runName);
    question.text =
        tr("It can go on without the window, and the studio picks it up again at the next "
           "start. Or it saves a checkpoint and stops, to be continued later.");
    question.answers = {
        {kCancel, tr("Cancel"), Question::Kind::Cancel},
        {kStop, tr("Stop and save"), Question::Kind::Danger},
        {kContinue, tr("Keep running"), Question::Kind::Primary},
    };
    question.remember = tr("Do this from now on, until changed in Settings");
    m_isAsking = true;
    m_dialogs.ask(window, question, [this](const Answered& answer) {
        m_isAsking = false;
        if (answer.id == kCancel) {
            return;
        }
        if (answer.remember) {
            m_studio.settings().set(app::kCloseAction, answer.id);
        }
        act(answer.id);
        m_isConfirmed = true;
        Q_EMIT confirmed();
    });
}

void Closing::act(const QString& action)
{
    // Without a word, the engine takes the end of the studio as the request to save and stop.
    if (action == kContinue) {
        m_studio.runs().detach();
    }
}

} // namespace ui::shell
