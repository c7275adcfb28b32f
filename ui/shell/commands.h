// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Everything the window can be told by a key or by name: one table of actions, which the command
// palette and the keyboard help list too.
#pragma once

#include "ui/shell/page_registry.h"

#include <QAction>
#include <QList>
#include <QObject>

#include <functional>
#include <vector>

namespace ui::shell {

class Commands : public QObject
{
    Q_OBJECT

public:
    // The actions work in `window` and everything within it.
    explicit Commands(QWidget* window);

    // `keys` as in "Ctrl+N"; may be empty. `iconName` may be empty. The id names it for tests.
    void add(const QString& id,
             const QString& text,
             const QString& iconName,
             const QString& keys,
             std::function<void()> run);
    // Shows page after page by Ctrl+1 … Ctrl+0.
    void addPages(const std::vector<PageEntry>& pages,
                  const std::function<void(const QString& pageId)>& go);

    // In the order they were added.
    const QList<QAction*>& all() const { return m_actions; }
    QAction* find(const QString& id) const;
    static QString iconName(const QAction* action);

private:
    QWidget* m_window;
    QList<QAction*> m_actions;
};

} // namespace ui::shell
