// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What went wrong and concerns no page in particular: paths that could not be added, an engine that
// does not answer. Paths share a message, so that none hides another. Lies between the top bar and
// the page, and takes no room while there is nothing.
#pragma once

#include "ui/page/left_out.h"

#include <QHash>
#include <QWidget>

#include <functional>

class QVBoxLayout;

namespace app {
class Studio;
}

namespace ui::widgets {
class MessageBar;
}

namespace ui::shell {

class Notices : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kMost = 3; // at once; the oldest leaves

    // Watches the studio's intake and engine, which outlive it.
    explicit Notices(app::Studio& studio, QWidget* parent = nullptr);

    // One error a subject: a newer one takes its place.
    widgets::MessageBar*
    show(const QString& subject, const QString& cause, const QString& consequence);
    void remove(const QString& subject);

private:
    void watchEngine();
    void showLeftOut();

    app::Studio& m_studio;
    QVBoxLayout* m_layout;
    QHash<QString, widgets::MessageBar*> m_bars;
    QStringList m_order;
    QList<LeftOut> m_leftOut; // by the intake, until they are added or dismissed
};

} // namespace ui::shell
