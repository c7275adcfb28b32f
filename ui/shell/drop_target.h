// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Takes files that are dragged over the window: says what will happen to them, and hands them to
// the intake when they are dropped.
#pragma once

#include "app/intake/classify.h"

#include <QObject>
#include <QStringList>

class QDropEvent;

namespace ui::widgets {
class DropOverlay;
}

namespace ui::shell {

// "Add to Data" for what is dragged.
QString dropTitle(app::intake::Kind kind);

class DropTarget : public QObject
{
    Q_OBJECT

public:
    // Covers `covered`, and listens there.
    explicit DropTarget(QWidget* covered);

Q_SIGNALS:
    // Dropped, known or not: the intake says what is wrong with a path it does not know.
    void dropped(const QStringList& paths);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    bool enter(QDropEvent* event);
    void showWords(const app::intake::Dropped& what);

    widgets::DropOverlay* m_overlay;
    QStringList m_paths; // dragged now
};

} // namespace ui::shell
