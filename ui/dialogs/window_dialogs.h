// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The dialogs a person sees: the system's file pickers, our own questions. They belong to the
// window they stand over, and nothing waits for them.
#pragma once

#include "ui/dialogs/dialogs.h"

#include <QHash>

class QFileDialog;

namespace ui {

class WindowDialogs final : public Dialogs
{
public:
    // Pickers start in `folder`, and after a choice in the one chosen last under the same title;
    // `remember` hears of each, to keep it for the next start. Both may be empty.
    explicit WindowDialogs(QString folder = {}, PathThen remember = {});

    void openFolder(QWidget* parent, const QString& title, PathThen then) override;
    void openFiles(QWidget* parent,
                   const QString& title,
                   const QString& filter,
                   PathsThen then) override;
    void saveFile(QWidget* parent,
                  const QString& title,
                  const QString& suggested,
                  const QString& filter,
                  PathThen then) override;
    void ask(QWidget* parent, const Question& question, AnswerThen then) override;
    void askText(QWidget* parent, const TextQuestion& question, TextThen then) override;

private:
    QFileDialog* makePicker(QWidget* parent, const QString& title);
    void open(QFileDialog* picker, PathsThen then);

    QString m_folder;
    PathThen m_remember;
    QHash<QString, QString> m_folders; // by title
};

} // namespace ui
