// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One page of the studio: what the shell knows of it, and all it needs to know. A page takes its
// collaborators in the constructor, sets all texts there (the shell rebuilds pages when the
// language changes) and connects itself. GUI thread only.
#pragma once

#include "ui/page/navigator.h"

#include <QList>
#include <QWidget>

namespace app {
class Studio;
}

namespace ui {

class Dialogs;

// What every page is given; all of it outlives the page.
struct PageContext
{
    app::Studio& studio;
    Navigator& navigator;
    Dialogs& dialogs;
};

class Page : public QWidget
{
    Q_OBJECT

public:
    // `id` as in the page registry; it is the object name too.
    Page(const QString& id, PageContext& context);

    QString id() const { return objectName(); }
    // The heading of the top bar, a word or two.
    virtual QString title() const = 0;
    // One grey fact beside it ("12 runs, 1 training"); empty = none. Announce changes by
    // headingChanged().
    virtual QString fact() const { return {}; }
    // Buttons at the right of the top bar, from left to right: ghost, normal, at most one primary.
    // Asked once, after construction. The top bar takes them over and destroys them before the
    // page.
    virtual QList<QWidget*> topBarWidgets() { return {}; }
    // The user came here. Empty parts of the destination mean: as it was.
    virtual void open(const Destination& destination) { Q_UNUSED(destination); }

Q_SIGNALS:
    void headingChanged();

protected:
    PageContext& context() const { return m_context; }
    app::Studio& studio() const { return m_context.studio; }
    Navigator& navigator() const { return m_context.navigator; }
    Dialogs& dialogs() const { return m_context.dialogs; }

private:
    PageContext& m_context;
};

} // namespace ui
