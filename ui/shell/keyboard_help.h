// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// F1: the keys of the window and of its parts, as a list.
#pragma once

#include <QDialog>

class QFormLayout;

namespace ui::shell {

class Commands;

class KeyboardHelp : public QDialog
{
    Q_OBJECT

public:
    explicit KeyboardHelp(const Commands& commands, QWidget* parent = nullptr);

private:
    QWidget* makeList(const Commands& commands);
    void addGroup(QFormLayout* list, const QString& title);
    void addRow(QFormLayout* list, const QString& keys, const QString& what);
};

} // namespace ui::shell
