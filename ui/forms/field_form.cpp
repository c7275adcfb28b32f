// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/field_form.h"

#include "app/base/engine_text.h"
#include "app/base/text.h"
#include "ui/forms/field_words.h"
#include "ui/theme/theme.h"
#include "ui/widgets/field_frame.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/reveal.h"
#include "ui/widgets/tab_order.h"

#include <QGridLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::forms {

namespace {

using app::engineText;
using app::qs;
using app::stdString;
using engine::contract::Error;
using engine::contract::Field;
using engine::contract::Value;
using widgets::FieldFrame;
using widgets::PlainLabel;

constexpr double kRowGap = 12;
constexpr double kSectionGap = 16;

void removeMember(Value& object, const std::string& key)
{
    Value::Object kept;
    for (const Value::Member& member : object.toObject()) {
        if (member.first != key) {
            kept.push_back(member);
        }
    }
    object = std::move(kept);
}

} // namespace

std::vector<FormField> formFields(const std::vector<Field>& fields, const QString& section)
{
    std::vector<FormField> result;
    for (const Field& field : fields) {
        const QString key = qs(field.key);
        result.push_back({section.isEmpty() ? key : QString(section + u'.' + key), field});
    }
    return result;
}

FieldForm::FieldForm(int columns, QWidget* parent)
    : QWidget(parent), m_columns(columns), m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(theme().px(kSectionGap));
}

FieldForm::~FieldForm() = default;

void FieldForm::setFields(const std::vector<FormField>& fields)
{
    setSections({{QString(), fields}});
}

void FieldForm::setSections(const std::vector<FormSection>& sections)
{
    for (const auto& row : m_rows) {
        delete row->frame;
    }
    m_rows.clear();
    m_order.clear();
    for (const Group& group : m_groups) {
        delete group.heading;
        delete group.grid;
    }
    m_groups.clear();
    for (const FormSection& section : sections) {
        addSection(section);
    }
    Value kept = Value::Object();
    for (const auto& [path, value] : m_values.toObject()) {
        if (m_rows.contains(qs(path))) {
            kept.set(path, value);
        }
    }
    setValues(kept);
}

void FieldForm::addSection(const FormSection& section)
{
    Group group;
    if (!section.title.isEmpty()) {
        group.heading = new PlainLabel(section.title, Type::BodyStrong, Tone::Normal, this);
        m_layout->addWidget(group.heading);
    }
    group.grid = new QGridLayout;
    group.grid->setHorizontalSpacing(theme().px(8));
    group.grid->setVerticalSpacing(theme().px(kRowGap));
    for (int column = 0; column < m_columns; ++column) {
        group.grid->setColumnStretch(column, 1);
    }
    m_layout->addLayout(group.grid);
    for (const FormField& field : section.fields) {
        group.paths.append(field.path);
        addRow(field);
    }
    m_groups.push_back(std::move(group));
}

void FieldForm::addRow(const FormField& form)
{
    auto row = std::make_shared<Row>();
    row->form = form;
    row->editor = makeFieldEditor(form.field);
    const QString label =
        form.field.label.empty() ? qs(form.field.key) : engineText(form.field.label);
    row->frame = new FieldFrame(label, row->editor->widget(), this);
    row->frame->setUnit(engineText(form.field.unit));
    row->frame->setHelp(FieldWords::help(form.field, form.path));
    row->editor->setPathPicker(m_picker);
    row->editor->setValue(form.field.defaultValue);
    Row* pointer = row.get();
    connect(row->editor.get(), &FieldEditor::edited, this, [this, pointer] { onEdited(*pointer); });
    connect(row->editor.get(), &FieldEditor::committed, this, [this, pointer] {
        Q_EMIT committed(pointer->form.path);
    });
    connect(row->frame, &FieldFrame::resetRequested, this, [this, pointer] { reset(*pointer); });
    m_rows.insert(form.path, std::move(row));
    m_order.append(form.path);
}

void FieldForm::onEdited(Row& row)
{
    row.refusal.clear();
    const QString problem = row.editor->problem();
    if (problem.isEmpty()) {
        const Value value = row.editor->value();
        const bool isDefault = isSameValue(value, row.form.field.defaultValue);
        if (isDefault) {
            removeMember(m_values, stdString(row.form.path));
        } else {
            m_values.set(stdString(row.form.path), value);
        }
        showState(row);
        Q_EMIT edited(row.form.path, isDefault ? Value() : value);
        refresh();
    } else {
        showState(row);
    }
    Q_EMIT problemChanged();
}

void FieldForm::reset(Row& row)
{
    removeMember(m_values, stdString(row.form.path));
    row.refusal.clear();
    row.editor->setValue(row.form.field.defaultValue);
    showState(row);
    Q_EMIT edited(row.form.path, Value());
    Q_EMIT committed(row.form.path);
    Q_EMIT problemChanged();
    refresh();
}

void FieldForm::setValues(const Value& changed)
{
    m_values = Value::Object();
    for (const auto& [path, value] : changed.toObject()) {
        Row* row = rowAt(qs(path));
        if (row != nullptr && !isSameValue(value, row->form.field.defaultValue)) {
            m_values.set(path, value);
        }
    }
    for (const QString& path : m_order) {
        Row& row = *rowAt(path);
        row.editor->setValue(value(path));
        showState(row);
    }
    refresh();
}

Value FieldForm::value(const QString& path) const
{
    if (m_values.contains(stdString(path))) {
        return m_values[stdString(path)];
    }
    if (const Row* row = rowAt(path)) {
        return row->form.field.defaultValue;
    }
    return m_lookup ? m_lookup(path) : Value();
}

void FieldForm::setDefault(const QString& path, const Value& value)
{
    Row* row = rowAt(path);
    if (row == nullptr || isSameValue(row->form.field.defaultValue, value)) {
        return;
    }
    const Value inForce = this->value(path);
    const bool wasChanged = m_values.contains(stdString(path));
    row->form.field.defaultValue = value;
    if (wasChanged && isSameValue(inForce, value)) {
        removeMember(m_values, stdString(path));
    }
    row->editor->setValue(this->value(path));
    showState(*row);
}

void FieldForm::setLookup(Lookup lookup)
{
    m_lookup = std::move(lookup);
    refresh();
}

bool FieldForm::isRelevant(const Row& row) const
{
    const QString key = qs(row.form.field.key);
    const QString section = row.form.path.chopped(key.size());
    for (const auto& [other, expected] : row.form.field.shownIf.toObject()) {
        const Value actual = value(section + qs(other));
        const Value::List& choices = expected.toList();
        const bool holds =
            expected.isList()
                ? std::any_of(choices.begin(),
                              choices.end(),
                              [&actual](const Value& one) { return isSameValue(one, actual); })
                : isSameValue(expected, actual);
        // A field that says it depends on something unknown here is better shown than lost.
        if (!holds && !actual.isNull()) {
            return false;
        }
    }
    return true;
}

void FieldForm::refresh()
{
    bool isDifferent = false;
    for (const auto& row : std::as_const(m_rows)) {
        const bool relevant = isRelevant(*row);
        isDifferent = isDifferent || relevant != row->isRelevant;
        row->isRelevant = relevant;
    }
    const bool isPlaced = m_groups.empty() || m_groups.front().grid->count() > 0;
    if (isDifferent || !isPlaced) {
        place();
    }
}

void FieldForm::place()
{
    for (const Group& group : m_groups) {
        while (group.grid->count() > 0) {
            delete group.grid->takeAt(0);
        }
        int line = 0;
        int column = 0;
        bool any = false;
        for (const QString& path : group.paths) {
            Row& row = *rowAt(path);
            const bool isShown = row.isShown();
            row.frame->setVisible(isShown);
            if (!isShown) {
                continue;
            }
            any = true;
            const bool isWide = FieldWords::isWide(row.form.field);
            if (isWide && column > 0) {
                ++line;
                column = 0;
            }
            group.grid->addWidget(row.frame, line, column, 1, isWide ? m_columns : 1, Qt::AlignTop);
            column += isWide ? m_columns : 1;
            if (column >= m_columns) {
                ++line;
                column = 0;
            }
        }
        if (group.heading != nullptr) {
            group.heading->setVisible(any);
        }
    }
    // Tab follows what stands on the screen.
    QList<QWidget*> stops;
    for (const QString& path : m_order) {
        stops += rowAt(path)->frame->tabStops();
    }
    widgets::chainTabStops(stops);
}

void FieldForm::showState(Row& row)
{
    const bool isChanged = m_values.contains(stdString(row.form.path));
    row.frame->setChanged(isChanged, FieldWords::resetTo(row.form.field));
    const QString problem = row.editor->problem();
    if (!problem.isEmpty() || !row.refusal.isEmpty()) {
        row.frame->setState(FieldFrame::State::Refused, problem.isEmpty() ? row.refusal : problem);
    } else if (!row.notice.isEmpty()) {
        row.frame->setState(FieldFrame::State::Unusual, row.notice);
    } else {
        row.frame->setState(FieldFrame::State::Normal);
    }
}

bool FieldForm::setError(const QString& where, const Error& error)
{
    QString path = where;
    // "method.rank_pattern.q" and "method.targets[2]" are inside a field of ours.
    while (!path.isEmpty() && !m_rows.contains(path)) {
        const qsizetype cut = std::max(path.lastIndexOf(u'.'), path.lastIndexOf(u'['));
        path = path.left(std::max<qsizetype>(cut, 0));
    }
    Row* row = rowAt(path);
    if (row == nullptr || !row->isShown()) {
        return false;
    }
    row->refusal = FieldWords::refusal(error, where);
    showState(*row);
    Q_EMIT problemChanged();
    return true;
}

void FieldForm::clearErrors()
{
    for (const auto& row : std::as_const(m_rows)) {
        if (!row->refusal.isEmpty()) {
            row->refusal.clear();
            showState(*row);
        }
    }
    Q_EMIT problemChanged();
}

void FieldForm::setNotice(const QString& path, const QString& words)
{
    if (Row* row = rowAt(path); row != nullptr && row->notice != words) {
        row->notice = words;
        showState(*row);
    }
}

void FieldForm::setHint(const QString& path, const QString& words)
{
    if (Row* row = rowAt(path)) {
        row->frame->setHint(words);
    }
}

void FieldForm::setUnit(const QString& path, const QString& words)
{
    if (Row* row = rowAt(path)) {
        row->frame->setUnit(words);
    }
}

void FieldForm::setLabel(const QString& path, const QString& label)
{
    if (Row* row = rowAt(path)) {
        row->frame->setLabel(label);
    }
}

void FieldForm::setFieldShown(const QString& path, bool isShown)
{
    if (Row* row = rowAt(path); row != nullptr && row->isWanted != isShown) {
        row->isWanted = isShown;
        place();
    }
}

void FieldForm::setPathPicker(PathPicker picker)
{
    m_picker = std::move(picker);
    for (const auto& row : std::as_const(m_rows)) {
        row->editor->setPathPicker(m_picker);
    }
}

void FieldForm::setChoiceName(const QString& path, const QString& id, const QString& name)
{
    if (Row* row = rowAt(path)) {
        row->editor->setChoiceName(id, name);
    }
}

int FieldForm::setFilter(const QString& text)
{
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    int count = 0;
    for (const auto& row : std::as_const(m_rows)) {
        const QString all = FieldWords::searchText(row->form.field, row->form.path);
        row->isFound = std::all_of(words.begin(), words.end(), [&all](const QString& word) {
            return all.contains(word, Qt::CaseInsensitive);
        });
        count += row->isFound && row->isRelevant ? 1 : 0;
    }
    place();
    return count;
}

bool FieldForm::hasProblem() const
{
    return std::any_of(m_rows.begin(), m_rows.end(), [](const std::shared_ptr<Row>& row) {
        return row->isRelevant && row->frame->state() == FieldFrame::State::Refused;
    });
}

bool FieldForm::focusProblem()
{
    for (const QString& path : m_order) {
        const Row& row = *rowAt(path);
        if (row.isRelevant && row.frame->state() == FieldFrame::State::Refused) {
            focusField(path);
            return true;
        }
    }
    return false;
}

void FieldForm::focusField(const QString& path)
{
    if (const Row* row = rowAt(path)) {
        widgets::focusAndReveal(row->editor->widget());
    }
}

FieldFrame* FieldForm::frame(const QString& path) const
{
    const Row* row = rowAt(path);
    return row != nullptr ? row->frame : nullptr;
}

FieldEditor* FieldForm::editor(const QString& path) const
{
    const Row* row = rowAt(path);
    return row != nullptr ? row->editor.get() : nullptr;
}

FieldForm::Row* FieldForm::rowAt(const QString& path) const
{
    const auto found = m_rows.find(path);
    return found != m_rows.end() ? found->get() : nullptr;
}

} // namespace ui::forms
