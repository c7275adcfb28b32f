// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/commands.h"

#include "ui/shell/sidebar_model.h"

#include <QWidget>

#include <utility>

namespace ui::shell {

Commands::Commands(QWidget* window) : QObject(window), m_window(window)
{
}

void Commands::add(const QString& id,
                   const QString& text,
                   const QString& iconName,
                   const QString& keys,
                   std::function<void()> run)
{
    auto* action = new QAction(text, this);
    action->setObjectName(id);
    action->setData(iconName);
    action->setShortcut(QKeySequence(keys, QKeySequence::PortableText));
    action->setAutoRepeat(false);
    connect(action, &QAction::triggered, this, std::move(run));
    m_window->addAction(action);
    m_actions.append(action);
}

void Commands::addPages(const std::vector<PageEntry>& pages,
                        const std::function<void(const QString&)>& go)
{
    for (size_t row = 0; row < pages.size(); ++row) {
        const QString id = QLatin1String(pages[row].id);
        add(QStringLiteral("page_") + id,
            pageName(pages[row]),
            QLatin1String(pages[row].icon),
            pageShortcut(static_cast<int>(row)),
            [go, id] { go(id); });
    }
}

QAction* Commands::find(const QString& id) const
{
    for (QAction* action : m_actions) {
        if (action->objectName() == id) {
            return action;
        }
    }
    return nullptr;
}

QString Commands::iconName(const QAction* action)
{
    return action->data().toString();
}

} // namespace ui::shell
