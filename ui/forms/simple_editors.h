// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Editors of the scalar types: numbers, one of several names, on or off.
#pragma once

#include "ui/forms/field_editor.h"

class QComboBox;

namespace ui::widgets {
class ComboBox;
class NumberField;
class Switch;
} // namespace ui::widgets

namespace ui::forms {

class NumberEditor : public FieldEditor
{
    Q_OBJECT

public:
    explicit NumberEditor(const engine::contract::Field& field);

    QWidget* widget() const override;
    Value value() const override;
    void setValue(const Value& value) override;
    QString problem() const override;

private:
    bool isWhole() const { return field().type == engine::contract::field_type::kInteger; }

    widgets::NumberField* m_number;
};

class ChoiceEditor : public FieldEditor
{
    Q_OBJECT

public:
    explicit ChoiceEditor(const engine::contract::Field& field);

    QWidget* widget() const override;
    Value value() const override;
    // A value that is no choice is shown all the same; the engine refuses it.
    void setValue(const Value& value) override;
    void setChoiceName(const QString& id, const QString& name) override;

private:
    widgets::ComboBox* m_combo;
};

class SwitchEditor : public FieldEditor
{
    Q_OBJECT

public:
    explicit SwitchEditor(const engine::contract::Field& field);

    QWidget* widget() const override;
    Value value() const override;
    void setValue(const Value& value) override;

private:
    widgets::Switch* m_switch;
};

} // namespace ui::forms
