// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/keyboard_help.h"

#include "ui/shell/commands.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/plain_label.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QVBoxLayout>

namespace ui::shell {

using widgets::PlainLabel;

KeyboardHelp::KeyboardHelp(const Commands& commands, QWidget* parent) : QDialog(parent)
{
    setWindowTitle(tr("Keyboard"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto* layout = new QVBoxLayout(this);
    const int margin = theme().px(24);
    layout->setContentsMargins(margin, margin, margin, theme().px(16));
    layout->setSpacing(theme().px(12));
    layout->addWidget(new PlainLabel(tr("Keyboard"), Type::Title, Tone::Normal, this));

    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setAccessibleName(tr("Keys and what they do"));
    scroll->setWidget(makeList(commands));
    layout->addWidget(scroll, 1);

    auto* close = widgets::normalButton(tr("Close"));
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(close);
    layout->addLayout(row);
    resize(theme().px(460), theme().px(620));
}

QWidget* KeyboardHelp::makeList(const Commands& commands)
{
    auto* content = new QWidget(this);
    auto* list = new QFormLayout(content);
    list->setContentsMargins(0, 0, theme().px(16), 0);
    list->setHorizontalSpacing(theme().px(24));
    list->setVerticalSpacing(theme().px(6));
    addGroup(list, tr("Everywhere"));
    for (const QAction* action : commands.all()) {
        if (!action->shortcut().isEmpty()) {
            addRow(list, action->shortcut().toString(QKeySequence::NativeText), action->text());
        }
    }
    const auto keys = [](const char* portable) {
        return QKeySequence(QLatin1String(portable)).toString(QKeySequence::NativeText);
    };
    addGroup(list, tr("In lists and tables"));
    addRow(list, tr("Arrows"), tr("Walk through the rows"));
    addRow(list, keys("Return"), tr("Open the row"));
    addRow(list, keys("Del"), tr("Move to the trash"));
    addGroup(list, tr("In forms"));
    addRow(list, keys("Tab"), tr("Next field"));
    addRow(list, keys("Shift+Tab"), tr("Field before"));
    addRow(list, keys("Ctrl+Z"), tr("Undo"));
    addRow(list, keys("Ctrl+Shift+Z"), tr("Redo"));
    return content;
}

void KeyboardHelp::addGroup(QFormLayout* list, const QString& title)
{
    auto* label = new PlainLabel(title, Type::Heading, Tone::Normal, this);
    if (list->rowCount() > 0) {
        label->setContentsMargins(0, theme().px(12), 0, 0);
    }
    list->addRow(label);
}

void KeyboardHelp::addRow(QFormLayout* list, const QString& keys, const QString& what)
{
    auto* label = new PlainLabel(keys, Type::Label, Tone::Secondary, this);
    label->setMinimumWidth(theme().px(120));
    list->addRow(label, new PlainLabel(what, Type::Body, Tone::Normal, this));
}

} // namespace ui::shell
