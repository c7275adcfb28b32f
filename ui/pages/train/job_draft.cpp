// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/job_draft.h"

#include "app/base/text.h"
#include "app/engine/catalog_access.h"
#include "ui/forms/field_editor.h"
#include "ui/pages/train/draft_command.h"

#include <algorithm>
#include <array>

namespace ui::pages::train {

namespace {

using app::qs;
using app::stdString;
using engine::contract::Value;
using forms::isSameValue;

// What a job is about, rather than how it is trained.
constexpr std::array kSubjects = {
    "model.path", "data.path", "data.mix", "method.id", "output.name"};

constexpr const char* kOptimizer = "training.optimizer";

bool isSubject(const std::string& path)
{
    return std::find(kSubjects.begin(), kSubjects.end(), path) != kSubjects.end();
}

Value without(const Value& object, const std::string& key)
{
    Value::Object kept;
    for (const Value::Member& member : object.toObject()) {
        if (member.first != key) {
            kept.push_back(member);
        }
    }
    return kept;
}

} // namespace

JobDraft::JobDraft(QObject* parent) : QObject(parent)
{
}

void JobDraft::setCatalog(const Catalog& catalog, const Value& studioValues)
{
    m_catalog = catalog;
    m_studioValues = studioValues;
    m_fieldsMethod.clear();
    readFields();
    Q_EMIT edited();
}

void JobDraft::readFields()
{
    if (!m_catalog || (m_fieldsMethod == method() && !m_fields.empty())) {
        return;
    }
    m_fieldsMethod = method();
    m_fields = app::engine::jobFields(*m_catalog, m_fieldsMethod);
    m_fieldIndex.clear();
    for (std::size_t i = 0; i < m_fields.size(); ++i) {
        m_fieldIndex.insert(qs(m_fields[i].key), i);
    }
    Q_EMIT fieldsChanged();
}

const engine::contract::Field* JobDraft::field(const QString& path) const
{
    const auto found = m_fieldIndex.find(path);
    return found != m_fieldIndex.end() ? &m_fields[*found] : nullptr;
}

std::string JobDraft::optimizer() const
{
    for (const Value* values : {&m_state.changed, &m_state.presetValues, &m_studioValues}) {
        if (const std::string& id = (*values)[kOptimizer].toString(); !id.empty()) {
            return id;
        }
    }
    const engine::contract::Field* known = field(QString::fromLatin1(kOptimizer));
    return known != nullptr ? known->defaultValue.toString() : std::string();
}

Value JobDraft::engineDefault(const QString& path) const
{
    return defaultUnder(optimizer(), path);
}

// An optimiser brings defaults of its own for other fields, as a method does.
Value JobDraft::defaultUnder(const std::string& optimizer, const QString& path) const
{
    const engine::contract::CatalogEntry* const entry =
        m_catalog ? engine::contract::findEntry(m_catalog->optimizers, optimizer) : nullptr;
    if (const std::string key = stdString(path);
        entry != nullptr && entry->defaults.contains(key)) {
        return entry->defaults[key];
    }
    const engine::contract::Field* known = field(path);
    return known != nullptr ? known->defaultValue : Value();
}

Value JobDraft::baseline(const QString& path) const
{
    const std::string key = stdString(path);
    if (m_state.presetValues.contains(key)) {
        return m_state.presetValues[key];
    }
    return m_studioValues.contains(key) ? m_studioValues[key] : engineDefault(path);
}

Value JobDraft::value(const QString& path) const
{
    const std::string key = stdString(path);
    return m_state.changed.contains(key) ? m_state.changed[key] : baseline(path);
}

QString JobDraft::text(const QString& path) const
{
    return qs(value(path).toString());
}

std::string JobDraft::method() const
{
    for (const Value* values : {&m_state.changed, &m_state.presetValues}) {
        if (const std::string& id = (*values)["method.id"].toString(); !id.empty()) {
            return id;
        }
    }
    const bool hasMethods = m_catalog && !m_catalog->methods.empty();
    return hasMethods ? m_catalog->methods.front().id : std::string();
}

const engine::contract::CatalogEntry* JobDraft::methodEntry() const
{
    return m_catalog ? engine::contract::findEntry(m_catalog->methods, method()) : nullptr;
}

int JobDraft::changeCount() const
{
    const Value::Object& changes = m_state.changed.toObject();
    return static_cast<int>(
        std::count_if(changes.begin(), changes.end(), [](const Value::Member& m) {
            return !isSubject(m.first);
        }));
}

void JobDraft::edit(const QString& path, const Value& value, const QString& mergeKey)
{
    const engine::contract::Field* known = field(path);
    const QString label = known != nullptr ? qs(known->label) : path;
    editMany(label, Value::object({{stdString(path), value}}), mergeKey);
}

void JobDraft::editMany(const QString& text, const Value& values, const QString& mergeKey)
{
    State next = m_state;
    for (const auto& [path, value] : values.toObject()) {
        if (value.isNull() || isSameValue(value, baseline(qs(path)))) {
            next.changed = without(next.changed, path);
        } else {
            next.changed.set(path, value);
        }
    }
    // A preset is of one method; its numbers are nothing for another.
    const Value& chosen = next.changed["method.id"];
    if (chosen.isString() && chosen != next.presetValues["method.id"]) {
        next.preset.clear();
        next.presetValues = Value::Object();
    }
    push(text, next, mergeKey);
}

void JobDraft::usePreset(const app::studio::Preset* preset)
{
    State next = m_state;
    next.preset = preset != nullptr ? preset->id : QString();
    next.presetValues = Value::Object();
    if (preset != nullptr) {
        next.changed = without(next.changed, "method.id");
        next.presetValues.set("method.id", preset->method);
        for (const app::studio::PresetValue& value : preset->values) {
            next.presetValues.set(value.key, value.value);
            next.changed = without(next.changed, value.key);
        }
        // Targets by cell belong to the targets that the preset replaces.
        if (next.presetValues.contains("method.targets")) {
            for (const char* key : {"exclude", "layers", "rank_pattern", "alpha_pattern"}) {
                next.changed = without(next.changed, std::string("method.") + key);
            }
        }
    }
    push(preset != nullptr ? preset->name : tr("No preset"), next, {});
}

void JobDraft::openJob(const QString& text, const Value& job)
{
    State next;
    next.changed = flattened(job);
    push(text, next, {});
}

void JobDraft::push(const QString& text, const State& next, const QString& mergeKey)
{
    if (next == m_state) {
        return;
    }
    // The stack calls redo(), which sets the state.
    m_undo.push(new DraftCommand(*this, text, m_state, next, mergeKey, m_isStepOpen));
    m_isStepOpen = !mergeKey.isEmpty();
}

void JobDraft::setState(const State& state)
{
    m_state = state;
    readFields();
    Q_EMIT edited();
}

void JobDraft::flatten(const Value& object, const QString& prefix, Value& flat) const
{
    for (const auto& [key, value] : object.toObject()) {
        const QString path = prefix.isEmpty() ? qs(key) : QString(prefix + u'.' + qs(key));
        if (value.isObject() && field(path) == nullptr) {
            flatten(value, path, flat);
        } else if (path != QLatin1String("version") && path != QLatin1String("id")) {
            flat.set(stdString(path), value);
        }
    }
}

Value JobDraft::flattened(const Value& job) const
{
    Value flat = Value::Object();
    const std::string& id = job["method"]["id"].toString();
    // The job's own method knows which of its objects are values.
    if (m_catalog && !id.empty() && id != m_fieldsMethod
        && engine::contract::findEntry(m_catalog->methods, id) != nullptr) {
        JobDraft other;
        other.m_state.changed = Value::object({{"method.id", id}});
        other.setCatalog(*m_catalog, m_studioValues);
        return other.flattened(job);
    }
    flatten(job, {}, flat);
    const std::string& named = flat[kOptimizer].toString();
    const std::string under = named.empty() ? optimizer() : named;
    Value kept = Value::Object();
    for (const auto& [path, value] : flat.toObject()) {
        const Value usual =
            m_studioValues.contains(path) ? m_studioValues[path] : defaultUnder(under, qs(path));
        if (usual.isNull() || !isSameValue(value, usual)) {
            kept.set(path, value);
        }
    }
    return kept;
}

std::vector<std::pair<std::string, Value>> JobDraft::effective() const
{
    Value all = m_studioValues;
    for (const Value* layer : {&m_state.presetValues, &m_state.changed}) {
        for (const auto& [path, value] : layer->toObject()) {
            all.set(path, value);
        }
    }
    std::vector<std::pair<std::string, Value>> values;
    for (const auto& [path, value] : all.toObject()) {
        // A method's field that this method does not have was left by another one.
        const bool isForeign =
            field(qs(path)) == nullptr && path.starts_with("method.") && m_catalog;
        if (!isForeign && !isSameValue(value, engineDefault(qs(path)))) {
            values.emplace_back(path, value);
        }
    }
    return values;
}

Value JobDraft::job() const
{
    Value job = Value::Object();
    app::engine::setValueAt(job, "method.id", method());
    for (const auto& [path, value] : effective()) {
        app::engine::setValueAt(job, path, value);
    }
    return job;
}

Value JobDraft::methodSettings() const
{
    return without(job()["method"], "id");
}

std::vector<std::string> JobDraft::sets() const
{
    std::vector<std::string> sets;
    for (const auto& [path, value] : effective()) {
        if (isSubject(path) && path != "output.name" && path != "data.mix") {
            continue;
        }
        const engine::contract::Field* known = field(qs(path));
        const std::string type = known != nullptr ? known->type : std::string();
        namespace field_type = engine::contract::field_type;
        const bool isRaw = value.isString()
                           && (type == field_type::kString || type == field_type::kPath
                               || type == field_type::kChoice);
        // Of the other types only text that is no JSON may stand bare: "all-linear", an expression.
        const bool isBare = value.isString() && !engine::contract::parseJson(value.toString());
        sets.push_back(path + "=" + (isRaw || isBare ? value.toString() : toJson(value)));
    }
    return sets;
}

std::vector<std::pair<std::string, Value>> JobDraft::presetContent() const
{
    Value all = m_state.presetValues;
    for (const auto& [path, value] : m_state.changed.toObject()) {
        all.set(path, value);
    }
    std::vector<std::pair<std::string, Value>> values;
    for (const auto& [path, value] : all.toObject()) {
        if (!isSubject(path) && field(qs(path)) != nullptr) {
            values.emplace_back(path, value);
        }
    }
    return values;
}

Value JobDraft::saved() const
{
    return Value::object({{"preset", stdString(m_state.preset)},
                          {"preset_values", m_state.presetValues},
                          {"changed", m_state.changed}});
}

void JobDraft::restore(const Value& saved)
{
    State state;
    state.preset = qs(saved["preset"].toString());
    state.presetValues =
        saved["preset_values"].isObject() ? saved["preset_values"] : Value::Object();
    state.changed = saved["changed"].isObject() ? saved["changed"] : Value::Object();
    m_undo.clear();
    setState(state);
}

} // namespace ui::pages::train
