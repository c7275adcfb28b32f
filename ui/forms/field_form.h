// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A form drawn from catalogue fields. Holds only the values that differ from their defaults, keyed
// by dotted path; refusals of the engine stand beside the field they name. GUI thread only.
#pragma once

#include "engine/contract/result.h"
#include "ui/forms/field_editor.h"

#include <QHash>
#include <QStringList>
#include <QWidget>

#include <functional>
#include <memory>
#include <vector>

class QGridLayout;
class QVBoxLayout;

namespace ui::widgets {
class FieldFrame;
class PlainLabel;
} // namespace ui::widgets

namespace ui::forms {

// A field at its place in the object that the form edits: "training.batch_size". The keys of
// `shown_if` are relative to the same section.
struct FormField
{
    QString path;
    engine::contract::Field field;
};

struct FormSection
{
    QString title; // empty: no heading
    std::vector<FormField> fields;
};

// Every field of an entry below `section` ("method", "training"; empty: no prefix).
std::vector<FormField> formFields(const std::vector<engine::contract::Field>& fields,
                                  const QString& section);

class FieldForm : public QWidget
{
    Q_OBJECT

public:
    using Value = engine::contract::Value;
    // The value of a path outside this form, or null when it is not known.
    using Lookup = std::function<Value(const QString& path)>;

    // Fields stand in so many columns; texts, paths and lists take the whole width.
    explicit FieldForm(int columns = 2, QWidget* parent = nullptr);
    ~FieldForm() override;

    // Replaces everything; the changed values of paths that are still there stay.
    void setFields(const std::vector<FormField>& fields);
    void setSections(const std::vector<FormSection>& sections);
    // One more below the others; its fields show their defaults until values are set.
    void addSection(const FormSection& section);
    bool hasField(const QString& path) const { return m_rows.contains(path); }
    QStringList paths() const { return m_order; }

    // {"training.epochs": 2, …}: only what differs from its default. Setting emits nothing.
    const Value& values() const { return m_values; }
    void setValues(const Value& changed);
    // The value in force, the default where nothing was changed.
    Value value(const QString& path) const;
    void setDefault(const QString& path, const Value& value);
    // Conditions (`shown_if`) on fields of other forms are looked up here.
    void setLookup(Lookup lookup);
    // Judges every condition again.
    void refresh();

    // Puts a refusal beside the field that `where` names ("method.rank", also "method.rank[0]" and
    // deeper). False when that field is not here.
    bool setError(const QString& where, const engine::contract::Error& error);
    void clearErrors();
    // Words of warning beside a field that is valid but unusual; empty takes them away.
    void setNotice(const QString& path, const QString& words);
    void setHint(const QString& path, const QString& words);
    void setUnit(const QString& path, const QString& words);
    void setLabel(const QString& path, const QString& label);
    // Leaves a field out, whatever its condition says.
    void setFieldShown(const QString& path, bool isShown);
    void setPathPicker(PathPicker picker);
    void setChoiceName(const QString& path, const QString& id, const QString& name);

    // Shows the fields whose label, key or help holds every word; returns how many.
    int setFilter(const QString& text);
    // The first field with a problem gets the focus; false when there is none.
    bool focusProblem();
    void focusField(const QString& path);
    bool hasProblem() const;
    widgets::FieldFrame* frame(const QString& path) const;
    FieldEditor* editor(const QString& path) const;

Q_SIGNALS:
    // A person changed a field; null means back to the default. Comes key by key, so that
    // consequences follow at once; `committed` ends the step for an undo stack.
    void edited(const QString& path, const engine::contract::Value& value);
    void committed(const QString& path);
    // The text of a field became, or no longer is, a value of it.
    void problemChanged();

private:
    struct Row
    {
        FormField form;
        std::unique_ptr<FieldEditor> editor;
        widgets::FieldFrame* frame = nullptr;
        QString hint;
        QString notice;
        QString refusal;
        bool isRelevant = true; // by shown_if
        bool isFound = true;    // by the filter
        bool isWanted = true;   // by setFieldShown()

        bool isShown() const { return isRelevant && isFound && isWanted; }
    };
    struct Group
    {
        widgets::PlainLabel* heading = nullptr;
        QGridLayout* grid = nullptr;
        QStringList paths;
    };

    void addRow(const FormField& field);
    void onEdited(Row& row);
    void reset(Row& row);
    void showState(Row& row);
    bool isRelevant(const Row& row) const;
    void place();
    Row* rowAt(const QString& path) const;

    int m_columns;
    QVBoxLayout* m_layout;
    std::vector<Group> m_groups;
    QHash<QString, std::shared_ptr<Row>> m_rows;
    QStringList m_order;
    Value m_values = Value::Object();
    Lookup m_lookup;
    PathPicker m_picker;
    bool m_isShowing = false; // values are being written into the editors
};

} // namespace ui::forms
