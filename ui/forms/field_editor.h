// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What edits the value of one catalogue field: a widget and the way between its text and a Value.
// GUI thread only; the editor owns its widget until a FieldFrame takes it.
#pragma once

#include "engine/contract/field.h"

#include <QObject>
#include <QString>

#include <functional>
#include <memory>

class QWidget;

namespace ui::forms {

// Asks for a file or folder; `then` is called with the path, or never.
using PathPicker = std::function<void(const engine::contract::Field& field,
                                      std::function<void(const QString& path)> then)>;

class FieldEditor : public QObject
{
    Q_OBJECT

public:
    using Value = engine::contract::Value;

    explicit FieldEditor(engine::contract::Field field) : m_field(std::move(field)) {}

    const engine::contract::Field& field() const { return m_field; }
    // Made in the constructor; its parent decides its life.
    virtual QWidget* widget() const = 0;
    // What stands there, of the field's type. Null while problem() has words.
    virtual Value value() const = 0;
    // Shows the value; emits nothing.
    virtual void setValue(const Value& value) = 0;
    // Why the text is no value of the field, in words; empty when it is.
    virtual QString problem() const { return {}; }
    // True where the editor says what it is itself (a switch with its label beside it).
    virtual bool isWide() const { return false; }
    // Only for paths; without one they are typed or dropped.
    virtual void setPathPicker(const PathPicker& picker) { Q_UNUSED(picker); }
    // The names of a choice's ids; an id without one is shown as it is.
    virtual void setChoiceName(const QString& id, const QString& name)
    {
        Q_UNUSED(id);
        Q_UNUSED(name);
    }

Q_SIGNALS:
    // A person changed it, key by key.
    void edited();
    // A step is complete: Return, focus lost, a choice made.
    void committed();

private:
    engine::contract::Field m_field;
};

// The editor for the field's type; a type this studio does not know is edited as JSON.
std::unique_ptr<FieldEditor> makeFieldEditor(const engine::contract::Field& field);

// Equal as settings: 2 and 2.0 are the same number.
bool isSameValue(const engine::contract::Value& a, const engine::contract::Value& b);

} // namespace ui::forms
