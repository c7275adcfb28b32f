// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Editors of one line of text: strings with suggestions, targets, layers, and JSON for types that
// this studio does not know.
#pragma once

#include "ui/forms/field_editor.h"
#include "ui/forms/value_text.h"

class QLineEdit;

namespace ui::forms {

class LineEditor : public FieldEditor
{
    Q_OBJECT

public:
    // How the text of one kind of field is written and read.
    struct Format
    {
        QString (*write)(const Value& value);
        ReadText (*read)(const QString& text);
        bool isMono = false;
    };

    LineEditor(const engine::contract::Field& field, const Format& format);

    QWidget* widget() const override;
    Value value() const override;
    void setValue(const Value& value) override;
    QString problem() const override;

private:
    void suggestChoices();

    Format m_format;
    QLineEdit* m_edit;
};

} // namespace ui::forms
