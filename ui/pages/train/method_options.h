// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The fields of the draft's method that no other part of the card edits: those that matter at once,
// the others in a form that takes the card's place when it is asked for. GUI thread only.
#pragma once

#include "engine/contract/result.h"
#include "ui/forms/field_form.h"

#include <QWidget>

namespace ui::widgets {
class Button;
}

namespace ui::pages::train {

class JobDraft;

class MethodOptions : public QWidget
{
    Q_OBJECT

public:
    explicit MethodOptions(JobDraft& draft, QWidget* parent = nullptr);

    // Opens and closes the other fields; for the card's header. Hidden where there are none.
    widgets::Button* toggle() const { return m_toggle; }
    // The other fields, scrolling; the card shows it while the toggle is checked.
    QWidget* more() const { return m_moreArea; }
    bool isOpen() const;
    void setOpen(bool isOpen);

    // Puts a refusal beside the field that it names; false when that is not here.
    bool setError(const QString& where, const engine::contract::Error& error);
    void clearErrors();
    // The field gets the focus; false when it is not here.
    bool focusField(const QString& path);

Q_SIGNALS:
    void openChanged(bool isOpen);

private:
    void makeForms();
    void follow();
    void showToggle();
    void connectForm(forms::FieldForm* form);

    JobDraft& m_draft;
    forms::FieldForm* m_main;
    forms::FieldForm* m_more;
    QWidget* m_moreArea;
    widgets::Button* m_toggle;
};

} // namespace ui::pages::train
