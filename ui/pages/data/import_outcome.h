// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What became of files that were imported together, and the way on: training on all of them. Takes
// no room before that is known, nor for a single file that was added: its page says it. GUI thread
// only.
#pragma once

#include "ui/page/left_out.h"

#include <QStringList>
#include <QWidget>

namespace app::intake {
class Intake;
}

namespace ui::widgets {
class MessageBar;
}

namespace ui::pages::data {

class ImportOutcome final : public QWidget
{
    Q_OBJECT

public:
    explicit ImportOutcome(app::intake::Intake& intake, QWidget* parent = nullptr);

    // `awaited` are on their way into the library, `leftOut` stay out of it. Those that are still
    // awaited from before are forgotten.
    void follow(const QStringList& awaited, const QList<LeftOut>& leftOut);
    // One of the awaited was not handed to the intake.
    void leaveOut(const LeftOut& file);
    void clear();

Q_SIGNALS:
    // The person wants to train on these together.
    void trainingRequested(const QStringList& paths);

private:
    void settle(const QString& path, bool isAdded);
    void showWords();

    widgets::MessageBar* m_bar;
    QStringList m_awaited;
    QStringList m_added; // in the order in which they were given
    QList<LeftOut> m_leftOut;
    int m_refused = 0; // by the intake, which says why itself
};

} // namespace ui::pages::data
