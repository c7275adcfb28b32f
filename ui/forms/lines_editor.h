// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Editor of several lines: lists with one item a line (sample prompts) and maps with one pair a
// line.
#pragma once

#include "ui/forms/field_editor.h"
#include "ui/forms/value_text.h"

class QPlainTextEdit;

namespace ui::forms {

class LinesEditor : public FieldEditor
{
    Q_OBJECT

public:
    struct Format
    {
        QString (*write)(const Value& value);
        ReadText (*read)(const QString& text, const engine::contract::Field& field);
    };

    LinesEditor(const engine::contract::Field& field, const Format& format);

    QWidget* widget() const override;
    Value value() const override;
    void setValue(const Value& value) override;
    QString problem() const override;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fit();

    Format m_format;
    QPlainTextEdit* m_edit;
    bool m_isWriting = false;
};

} // namespace ui::forms
