// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/adapters/adapter_actions.h"

#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/icon_button.h"

#include <QMenu>

namespace ui::pages::adapters {

using widgets::Button;
using namespace Qt::StringLiterals;

namespace {

Button* small(const QString& text, const QString& icon, Button::Kind kind = Button::Kind::Normal)
{
    auto* button = new Button(text, kind, Button::Extent::Small);
    button->setIconName(icon);
    return button;
}

} // namespace

AdapterActions::AdapterActions(QWidget* parent)
    : QWidget(parent), m_more(new widgets::IconButton(u"more"_s, tr("More actions"), true))
{
    auto* layout = new widgets::FlowLayout(theme().px(8), this);
    layout->setContentsMargins({});
    layout->addWidget(add(Action::Chat, small(tr("Chat"), u"chat"_s, Button::Kind::Primary)));
    layout->addWidget(add(Action::Compare, small(tr("Compare"), u"compare"_s)));
    layout->addWidget(add(Action::Continue, small(tr("Continue"), u"play"_s)));
    layout->addWidget(add(Action::Export, small(tr("Export"), u"export"_s)));
    layout->addWidget(add(Action::Restore, small(tr("Restore"), u"undo"_s, Button::Kind::Primary)));
    layout->addWidget(
        add(Action::Purge, small(tr("Delete for good…"), u"trash"_s, Button::Kind::Danger)));
    layout->addWidget(m_more);
    connect(m_more, &QToolButton::clicked, this, &AdapterActions::showMenu);
}

Button* AdapterActions::add(Action action, Button* button)
{
    m_buttons.append({action, button});
    connect(button, &QPushButton::clicked, this, [this, action] { Q_EMIT requested(action); });
    return button;
}

void AdapterActions::show(bool isTrashed, const QString& refusal, const QString& compareRefusal)
{
    for (const auto& [action, button] : m_buttons) {
        const bool isOfTrash = action == Action::Restore || action == Action::Purge;
        button->setVisible(isOfTrash == isTrashed);
        const QString why = isOfTrash                                        ? QString()
                            : action == Action::Compare && refusal.isEmpty() ? compareRefusal
                                                                             : refusal;
        button->setEnabled(why.isEmpty());
        button->setToolTip(why);
    }
    m_more->setVisible(!isTrashed);
    updateGeometry();
}

QPoint AdapterActions::below(Action action) const
{
    for (const auto& [id, button] : m_buttons) {
        if (id == action) {
            return button->mapToGlobal(QPoint(0, button->height()));
        }
    }
    return mapToGlobal(QPoint(0, height()));
}

void AdapterActions::showMenu()
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](const QString& text, const QString& icon, Action action) {
        menu->addAction(ui::icon(icon), text, this, [this, action] { Q_EMIT requested(action); });
    };
    add(tr("Rename…"), u"edit"_s, Action::Rename);
    add(tr("Edit tags…"), u"tag"_s, Action::Tags);
    menu->addSeparator();
    add(tr("Show in the file manager"), u"folder"_s, Action::Reveal);
    add(tr("Copy the path"), u"copy"_s, Action::CopyPath);
    menu->addSeparator();
    add(tr("Move to the trash"), u"trash"_s, Action::Delete);
    menu->popup(m_more->mapToGlobal(QPoint(0, m_more->height())));
}

} // namespace ui::pages::adapters
