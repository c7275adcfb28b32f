// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Where one writes to all panes: the question, the system prompt when it is wanted, and Send, Stop
// and Again. Enter sends, Shift+Enter begins a line.
#pragma once

#include <QWidget>

class QPlainTextEdit;

namespace ui::widgets {
class Button;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::playground {

class Composer : public QWidget
{
    Q_OBJECT

public:
    explicit Composer(QWidget* parent = nullptr);

    QString question() const;
    void setQuestion(const QString& text);
    QString system() const;
    // Shows the field when there is something in it.
    void setSystem(const QString& text);

    // `busy`: who is writing ("B is still writing"); empty = nobody, one may send.
    void setBusy(const QString& words);
    // Why nothing can be sent, in words; empty = it can.
    void setRefusal(const QString& words);
    void setHasAnswers(bool has);
    void focusQuestion();

Q_SIGNALS:
    void sendAsked(const QString& question);
    void stopAsked();
    void againAsked();
    void keepAsked();
    void systemChanged(const QString& system);
    // Something was typed: time to keep a draft.
    void edited();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeButtons();
    void send();
    void judge();
    void showSystem(bool shown);

    QPlainTextEdit* m_system;
    QPlainTextEdit* m_question;
    widgets::Button* m_systemButton;
    widgets::Button* m_keep;
    widgets::Button* m_again;
    widgets::PlainLabel* m_words;
    widgets::Button* m_stop;
    widgets::Button* m_send;
    QString m_busy;
    QString m_refusal;
    bool m_hasAnswers = false;
};

} // namespace ui::pages::playground
