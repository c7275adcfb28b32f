// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Editor of a path: typed, chosen with the button inside the field, or dropped onto it.
#pragma once

#include "ui/forms/field_editor.h"

class QAction;
class QLineEdit;

namespace ui::forms {

class PathEditor : public FieldEditor
{
    Q_OBJECT

public:
    explicit PathEditor(const engine::contract::Field& field);

    QWidget* widget() const override;
    Value value() const override;
    void setValue(const Value& value) override;
    void setPathPicker(const PathPicker& picker) override;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void take(const QString& path);

    QLineEdit* m_edit;
    QAction* m_browse;
    PathPicker m_picker;
};

} // namespace ui::forms
