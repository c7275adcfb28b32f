// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A question with its answers as buttons: the cancel answer at the left of the others, the primary
// one at the right; Escape and closing the window cancel.
#pragma once

#include "ui/dialogs/dialogs.h"

#include <QDialog>

class QCheckBox;

namespace ui {

class QuestionDialog : public QDialog
{
    Q_OBJECT

public:
    explicit QuestionDialog(const Question& question, QWidget* parent = nullptr);

    // After it was closed.
    Answered answer() const;

private:
    QWidget* makeAnswers(const Question& question);

    QString m_answer;
    QCheckBox* m_remember = nullptr;
};

} // namespace ui
