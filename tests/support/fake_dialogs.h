// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Dialogs that answer at once with what the test prepared, and remember what was asked.
#pragma once

#include "ui/dialogs/dialogs.h"

#include <QList>
#include <QStringList>

namespace test_support {

class FakeDialogs final : public ui::Dialogs
{
public:
    // The next picker's choice; empty = the user cancels.
    QStringList paths;
    // The next question's answer by id; empty = stays open and `then` is never called.
    QString answer;
    bool remember = false;
    // The next text; null = cancelled.
    QString text;

    QStringList titles; // of everything shown so far, in order
    QList<ui::Question> questions;

    void openFolder(QWidget*, const QString& title, PathThen then) override
    {
        titles.append(title);
        if (!paths.isEmpty()) {
            then(paths.first());
        }
    }
    void openFiles(QWidget*, const QString& title, const QString&, PathsThen then) override
    {
        titles.append(title);
        if (!paths.isEmpty()) {
            then(paths);
        }
    }
    void
    saveFile(QWidget*, const QString& title, const QString&, const QString&, PathThen then) override
    {
        titles.append(title);
        if (!paths.isEmpty()) {
            then(paths.first());
        }
    }
    void ask(QWidget*, const ui::Question& question, AnswerThen then) override
    {
        titles.append(question.title);
        questions.append(question);
        if (!answer.isEmpty()) {
            then({answer, remember});
        }
    }
    void askText(QWidget*, const ui::TextQuestion& question, TextThen then) override
    {
        titles.append(question.title);
        if (!text.isNull() && (!question.refuse || question.refuse(text).isEmpty())) {
            then(text);
        }
    }
};

} // namespace test_support
