// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What closing the window means while a run of ours goes on: asked once, answered by the setting
// from then on if so wished.
#pragma once

#include <QObject>

class QWidget;

namespace app {
class Studio;
}

namespace ui {
class Dialogs;
}

namespace ui::shell {

class Closing : public QObject
{
    Q_OBJECT

public:
    // Both outlive it.
    Closing(app::Studio& studio, Dialogs& dialogs, QObject* parent = nullptr);

    // True: close now, the run was told what to do. False: the user is asked, and confirmed() says
    // that the window shall close after all.
    bool mayClose(QWidget* window);

Q_SIGNALS:
    void confirmed();

private:
    void act(const QString& action);
    void ask(QWidget* window, const QString& runName);

    app::Studio& m_studio;
    Dialogs& m_dialogs;
    bool m_isConfirmed = false;
    bool m_isAsking = false;
};

} // namespace ui::shell
