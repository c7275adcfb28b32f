// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/question_dialog.h"

#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/plain_label.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

using widgets::Button;
using widgets::PlainLabel;

namespace {

constexpr int kWidth = 480;
constexpr int kDetailLines = 6;

QWidget* makeDetail(const QString& detail)
{
    auto* view = new QPlainTextEdit(detail);
    view->setReadOnly(true);
    view->setFont(theme().font(Type::Mono));
    view->setAccessibleName(QuestionDialog::tr("Details"));
    // As high as its text, up to a few lines.
    const int lines = std::clamp(int(detail.count(QLatin1Char('\n'))) + 1, 2, kDetailLines);
    view->setFixedHeight((lines + 1) * view->fontMetrics().lineSpacing());
    return view;
}

Button::Kind kindOf(Question::Kind kind)
{
    switch (kind) {
    case Question::Kind::Primary:
        return Button::Kind::Primary;
    case Question::Kind::Danger:
        return Button::Kind::Danger;
    case Question::Kind::Normal:
    case Question::Kind::Cancel:
        break;
    }
    return Button::Kind::Normal;
}

} // namespace

QuestionDialog::QuestionDialog(const Question& question, QWidget* parent) : QDialog(parent)
{
    setWindowTitle(question.title);
    setWindowModality(Qt::WindowModal);
    auto* layout = new QVBoxLayout(this);
    const int margin = theme().px(24);
    layout->setContentsMargins(margin, theme().px(20), margin, theme().px(20));
    layout->setSpacing(theme().px(12));

    auto* title = new PlainLabel(question.title, Type::Heading, Tone::Normal, this);
    title->setWrapping(true);
    layout->addWidget(title);
    auto* text = new PlainLabel(question.text, Type::Body, Tone::Secondary, this);
    text->setWrapping(true);
    layout->addWidget(text);
    if (!question.detail.isEmpty()) {
        layout->addWidget(makeDetail(question.detail));
    }
    if (!question.remember.isEmpty()) {
        m_remember = new QCheckBox(question.remember, this);
        layout->addWidget(m_remember);
    }
    layout->addSpacing(theme().px(4));
    layout->addWidget(makeAnswers(question));
    setMinimumWidth(theme().px(kWidth));
}

QWidget* QuestionDialog::makeAnswers(const Question& question)
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme().px(8));
    layout->addStretch(1);
    QList<Question::Answer> answers = question.answers;
    const auto rank = [](const Question::Answer& answer) {
        return answer.kind == Question::Kind::Cancel    ? 0
               : answer.kind == Question::Kind::Primary ? 2
                                                        : 1;
    };
    std::stable_sort(answers.begin(), answers.end(), [rank](const auto& left, const auto& right) {
        return rank(left) < rank(right);
    });
    const bool hasPrimary = std::any_of(answers.begin(), answers.end(), [](const auto& answer) {
        return answer.kind == Question::Kind::Primary;
    });
    for (const Question::Answer& answer : answers) {
        auto* button = new Button(answer.text, kindOf(answer.kind), Button::Extent::Regular, row);
        button->setObjectName(answer.id);
        const bool isCancel = answer.kind == Question::Kind::Cancel;
        // Enter never loses anything: without a primary answer it cancels.
        button->setAutoDefault(false);
        button->setDefault(answer.kind == Question::Kind::Primary || (!hasPrimary && isCancel));
        if (isCancel) {
            m_answer = answer.id;
        }
        connect(button, &QPushButton::clicked, this, [this, id = answer.id] {
            m_answer = id;
            accept();
        });
        layout->addWidget(button);
    }
    return row;
}

Answered QuestionDialog::answer() const
{
    const bool accepted = result() == QDialog::Accepted;
    return {m_answer, accepted && m_remember != nullptr && m_remember->isChecked()};
}

} // namespace ui
