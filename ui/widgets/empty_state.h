// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What belongs here, while there is none: icon, title, words, one action, "or drop files anywhere".
#pragma once

#include <QWidget>

class QLabel;

namespace ui::widgets {

class Button;
class PlainLabel;

class EmptyState : public QWidget
{
    Q_OBJECT

public:
    EmptyState(const QString& iconName,
               const QString& title,
               const QString& words = {},
               QWidget* parent = nullptr);

    void setTitle(const QString& title);
    void setWords(const QString& words);
    // The one action; connect its clicked(). Primary unless the view has its primary elsewhere.
    Button* setAction(const QString& text, const QString& iconName = {}, bool primary = true);
    // Small grey words below the action.
    void setHint(const QString& hint);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QLabel* m_icon;
    PlainLabel* m_title;
    PlainLabel* m_words;
    Button* m_action = nullptr;
    PlainLabel* m_hint;
};

} // namespace ui::widgets
