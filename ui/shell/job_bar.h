// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps the job bar's view up to date with the runs, the queue and the device, and does what its
// buttons ask.
#pragma once

#include "ui/shell/job_bar_state.h"

#include <QObject>

namespace app {
class Studio;
}

namespace ui {
class Navigator;
}

namespace ui::shell {

class JobBarView;

class JobBar : public QObject
{
    Q_OBJECT

public:
    // Everything given outlives it.
    JobBar(app::Studio& studio, Navigator& navigator, JobBarView& view, QObject* parent = nullptr);

    bool isRunning() const { return m_isRunning; }

Q_SIGNALS:
    void runningChanged(bool isRunning);

private:
    JobBarState currentState() const;
    void connectRuns();
    void connectView();
    void refresh();
    void refreshQueue();
    void refreshDevice();
    void openRun(const QString& tab);
    void report(const QString& folder);

    app::Studio& m_studio;
    Navigator& m_navigator;
    JobBarView& m_view;
    QString m_unseen; // folder of a run that ended badly and was not opened yet
    bool m_isRunning = false;
};

} // namespace ui::shell
