// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The row of what can be done with an adapter. A disabled action says why in its tooltip, and the
// page says it in words.
#pragma once

#include <QWidget>

namespace ui::widgets {
class Button;
class IconButton;
} // namespace ui::widgets

namespace ui::pages::adapters {

class AdapterActions : public QWidget
{
    Q_OBJECT

public:
    enum class Action {
        Chat,
        Compare,
        Continue,
        Export,
        Rename,
        Tags,
        Reveal,
        CopyPath,
        Delete,
        Restore,
        Purge,
    };
    Q_ENUM(Action)

    explicit AdapterActions(QWidget* parent = nullptr);

    // `refusal`: why the adapter cannot be used now; empty = it can. `compareRefusal` likewise.
    void show(bool isTrashed, const QString& refusal, const QString& compareRefusal);
    // Where a menu of the action opens.
    QPoint below(Action action) const;

Q_SIGNALS:
    void requested(ui::pages::adapters::AdapterActions::Action action);

private:
    widgets::Button* add(Action action, widgets::Button* button);
    void showMenu();

    QList<QPair<Action, widgets::Button*>> m_buttons;
    widgets::IconButton* m_more;
};

} // namespace ui::pages::adapters
