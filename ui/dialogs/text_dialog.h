// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A question for one line of text. The primary button is off while the text cannot be taken, and
// the reason stands beneath the field.
#pragma once

#include "ui/dialogs/dialogs.h"

#include <QDialog>

class QLineEdit;

namespace ui::widgets {
class Button;
class PlainLabel;
} // namespace ui::widgets

namespace ui {

class TextDialog : public QDialog
{
    Q_OBJECT

public:
    explicit TextDialog(const TextQuestion& question, QWidget* parent = nullptr);

    // Without blanks at its ends.
    QString text() const;

private:
    void judge();

    std::function<QString(const QString&)> m_refuse;
    QLineEdit* m_field;
    widgets::PlainLabel* m_reason;
    widgets::Button* m_accept;
};

} // namespace ui
