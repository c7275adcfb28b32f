// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/window_dialogs.h"

#include "ui/dialogs/question_dialog.h"
#include "ui/dialogs/text_dialog.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>

#include <utility>

namespace ui {

WindowDialogs::WindowDialogs(QString folder, PathThen remember)
    : m_folder(folder.isEmpty() ? QDir::homePath() : std::move(folder)),
      m_remember(std::move(remember))
{
}

QFileDialog* WindowDialogs::makePicker(QWidget* parent, const QString& title)
{
    auto* picker = new QFileDialog(parent, title, m_folders.value(title, m_folder));
    picker->setAttribute(Qt::WA_DeleteOnClose);
    return picker;
}

void WindowDialogs::open(QFileDialog* picker, PathsThen then)
{
    QObject::connect(picker,
                     &QFileDialog::filesSelected,
                     picker,
                     [this, picker, then](const QStringList& paths) {
                         const QFileInfo first(paths.value(0));
                         const QString folder = picker->fileMode() == QFileDialog::Directory
                                                    ? first.filePath()
                                                    : first.path();
                         m_folders[picker->windowTitle()] = folder;
                         m_folder = folder;
                         if (m_remember) {
                             m_remember(folder);
                         }
                         then(paths);
                     });
    picker->open();
}

void WindowDialogs::openFolder(QWidget* parent, const QString& title, PathThen then)
{
    QFileDialog* picker = makePicker(parent, title);
    picker->setFileMode(QFileDialog::Directory);
    picker->setOption(QFileDialog::ShowDirsOnly);
    open(picker, [then](const QStringList& paths) { then(paths.value(0)); });
}

void WindowDialogs::openFiles(QWidget* parent,
                              const QString& title,
                              const QString& filter,
                              PathsThen then)
{
    QFileDialog* picker = makePicker(parent, title);
    picker->setFileMode(QFileDialog::ExistingFiles);
    picker->setNameFilter(filter);
    open(picker, std::move(then));
}

void WindowDialogs::saveFile(QWidget* parent,
                             const QString& title,
                             const QString& suggested,
                             const QString& filter,
                             PathThen then)
{
    QFileDialog* picker = makePicker(parent, title);
    picker->setAcceptMode(QFileDialog::AcceptSave);
    picker->setNameFilter(filter);
    picker->setDefaultSuffix(QFileInfo(suggested).suffix());
    picker->selectFile(suggested);
    open(picker, [then](const QStringList& paths) { then(paths.value(0)); });
}

void WindowDialogs::ask(QWidget* parent, const Question& question, AnswerThen then)
{
    auto* dialog = new QuestionDialog(question, parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(
        dialog, &QDialog::finished, dialog, [dialog, then] { then(dialog->answer()); });
    dialog->open();
}

void WindowDialogs::askText(QWidget* parent, const TextQuestion& question, TextThen then)
{
    auto* dialog = new TextDialog(question, parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &QDialog::accepted, dialog, [dialog, then] { then(dialog->text()); });
    dialog->open();
}

} // namespace ui
