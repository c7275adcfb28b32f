// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One generated answer in a frame: which step it is from, and its text as it is.
#pragma once

#include <QFrame>

namespace ui::widgets {
class PlainLabel;
}

class QPlainTextEdit;

namespace ui::pages::runs {

class AnswerBox final : public QFrame
{
    Q_OBJECT

public:
    // `accent`: the chosen one, beside one to compare with.
    explicit AnswerBox(bool accent, QWidget* parent = nullptr);

    void setAnswer(const QString& caption, const QString& text);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    bool m_isAccent;
    widgets::PlainLabel* m_caption;
    QPlainTextEdit* m_text;
};

} // namespace ui::pages::runs
