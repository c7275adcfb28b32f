// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/playground/composer.h"

#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace ui::pages::playground {

namespace {

using widgets::Button;

QPlainTextEdit* textField(int lines)
{
    auto* const field = new QPlainTextEdit;
    field->setTabChangesFocus(true);
    field->setFixedHeight(QFontMetrics(theme().font(Type::Body)).lineSpacing() * lines
                          + theme().px(20));
    return field;
}

} // namespace

Composer::Composer(QWidget* parent)
    : QWidget(parent), m_system(textField(2)), m_question(textField(3)),
      m_systemButton(widgets::ghostButton(tr("System prompt"), QStringLiteral("plus"))),
      m_keep(widgets::ghostButton(tr("Keep as evaluation prompt"), QStringLiteral("save"))),
      m_again(widgets::ghostButton(tr("Again"), QStringLiteral("reset"))),
      m_words(new widgets::PlainLabel({}, Type::Small, Tone::Secondary)),
      m_stop(widgets::normalButton(tr("Stop"), QStringLiteral("stop"))),
      m_send(widgets::primaryButton(tr("Send")))
{
    auto* const layout = new QVBoxLayout(this);
    const int side = theme().px(16);
    layout->setContentsMargins(side, theme().px(12), side, theme().px(8));
    layout->setSpacing(theme().px(8));
    m_system->setPlaceholderText(tr("How the model shall answer, said before the conversation"));
    m_system->setAccessibleName(tr("System prompt"));
    m_question->setPlaceholderText(tr("Ask all panes…"));
    m_question->setAccessibleName(tr("Question"));
    m_question->setToolTip(tr("Enter sends, Shift+Enter begins a new line"));
    m_question->installEventFilter(this);
    layout->addWidget(m_system);
    layout->addWidget(m_question);
    layout->addWidget(makeButtons());
    m_system->hide();

    connect(m_question, &QPlainTextEdit::textChanged, this, [this] {
        judge();
        Q_EMIT edited();
    });
    connect(
        m_system, &QPlainTextEdit::textChanged, this, [this] { Q_EMIT systemChanged(system()); });
    connect(m_systemButton, &QPushButton::toggled, this, [this](bool shown) {
        showSystem(shown);
        (shown ? m_system : m_question)->setFocus();
    });
    connect(m_keep, &QPushButton::clicked, this, &Composer::keepAsked);
    connect(m_again, &QPushButton::clicked, this, &Composer::againAsked);
    connect(m_stop, &QPushButton::clicked, this, &Composer::stopAsked);
    connect(m_send, &QPushButton::clicked, this, &Composer::send);
    judge();
}

QWidget* Composer::makeButtons()
{
    auto* const row = new QWidget;
    auto* const layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme().px(4));
    m_systemButton->setCheckable(true);
    layout->addWidget(m_systemButton);
    layout->addWidget(m_keep);
    layout->addWidget(m_again);
    layout->addStretch(1);
    layout->addWidget(m_words);
    layout->addSpacing(theme().px(4));
    layout->addWidget(m_stop);
    layout->addSpacing(theme().px(4));
    layout->addWidget(m_send);
    return row;
}

QString Composer::question() const
{
    return m_question->toPlainText();
}

void Composer::setQuestion(const QString& text)
{
    m_question->setPlainText(text);
    m_question->moveCursor(QTextCursor::End);
}

QString Composer::system() const
{
    return m_systemButton->isChecked() ? m_system->toPlainText() : QString();
}

void Composer::setSystem(const QString& text)
{
    if (system() == text) {
        return;
    }
    m_system->setPlainText(text);
    m_systemButton->setChecked(!text.isEmpty());
}

void Composer::showSystem(bool shown)
{
    m_system->setVisible(shown);
    // A hidden system prompt is none: what counts is what one sees.
    Q_EMIT systemChanged(system());
}

void Composer::setBusy(const QString& words)
{
    m_busy = words;
    judge();
}

void Composer::setRefusal(const QString& words)
{
    m_refusal = words;
    judge();
}

void Composer::setHasAnswers(bool has)
{
    m_hasAnswers = has;
    judge();
}

void Composer::focusQuestion()
{
    m_question->setFocus();
}

void Composer::judge()
{
    const bool isBusy = !m_busy.isEmpty();
    const bool hasQuestion = !m_question->document()->isEmpty();
    m_words->setText(isBusy ? m_busy : m_refusal);
    m_stop->setVisible(isBusy);
    m_send->setEnabled(!isBusy && m_refusal.isEmpty() && hasQuestion);
    m_keep->setEnabled(hasQuestion || m_hasAnswers);
    m_again->setEnabled(m_hasAnswers && !isBusy && m_refusal.isEmpty());
}

void Composer::send()
{
    const QString text = question();
    if (!m_send->isEnabled() || text.trimmed().isEmpty()) {
        return;
    }
    m_question->clear();
    Q_EMIT sendAsked(text);
}

bool Composer::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_question && event->type() == QEvent::KeyPress) {
        const auto* const key = static_cast<QKeyEvent*>(event);
        const bool isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (isEnter && !(key->modifiers() & (Qt::ShiftModifier | Qt::AltModifier))) {
            send();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace ui::pages::playground
