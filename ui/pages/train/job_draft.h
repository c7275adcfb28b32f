// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The job being set up: what differs from the catalogue's defaults, the preset and the studio's own
// settings, keyed by dotted path. Every change is a step of one undo stack; everything on the page
// follows edited(). GUI thread only.
#pragma once

#include "app/studio/presets.h"
#include "engine/contract/catalog.h"

#include <QHash>
#include <QObject>
#include <QUndoStack>

#include <optional>
#include <string>
#include <vector>

namespace ui::pages::train {

class JobDraft : public QObject
{
    Q_OBJECT

public:
    using Value = engine::contract::Value;
    using Catalog = engine::contract::Catalog;

    // What a step of the undo stack goes back to. Both values are flat: {"method.rank": 8}.
    struct State
    {
        QString preset; // id; empty = none
        Value presetValues = Value::Object();
        Value changed = Value::Object();

        bool operator==(const State&) const = default;
    };

    explicit JobDraft(QObject* parent = nullptr);

    // `studioValues`: what the studio's settings ask of every job, flat. Nothing works before this.
    void setCatalog(const Catalog& catalog, const Value& studioValues);
    bool isReady() const { return m_catalog.has_value(); }
    const Catalog& catalog() const { return *m_catalog; }
    QUndoStack& undoStack() { return m_undo; }

    // The value in force, and the one it has without a change of the user.
    Value value(const QString& path) const;
    Value baseline(const QString& path) const;
    QString text(const QString& path) const; // of strings and paths
    std::string method() const;
    const engine::contract::CatalogEntry* methodEntry() const;
    const Value& changed() const { return m_state.changed; }
    const QString& presetId() const { return m_state.preset; }
    // Fields of the job that the user changed, without model, data, method and name.
    int changeCount() const;
    // All fields of the job for its method, with the engine's own defaults.
    const std::vector<engine::contract::Field>& fields() const { return m_fields; }
    const engine::contract::Field* field(const QString& path) const;

    // A null value means back to the baseline. Steps with the same merge key that follow each other
    // become one; an empty key never merges.
    void edit(const QString& path, const Value& value, const QString& mergeKey = {});
    void editMany(const QString& text, const Value& values, const QString& mergeKey = {});
    // Ends a run of merging steps.
    void endStep() { m_isStepOpen = false; }
    // Null: no preset.
    void usePreset(const app::studio::Preset* preset);
    // Replaces everything by a job as job.json holds it.
    void openJob(const QString& text, const Value& job);

    // As a job file: everything that is not the engine's default.
    Value job() const;
    // The members of "method" in force that are not the engine's defaults.
    Value methodSettings() const;
    // The job's keys but model, data and method as `--set` writes them; of data only the sources of
    // a mixture.
    std::vector<std::string> sets() const;

    // What a preset of these settings would hold: everything but model, data, method and name.
    std::vector<std::pair<std::string, Value>> presetContent() const;

    // For the draft on disk.
    Value saved() const;
    void restore(const Value& saved);

Q_SIGNALS:
    void edited();
    // The method, and with it the fields, are others now.
    void fieldsChanged();

private:
    friend class DraftCommand;

    void push(const QString& text, const State& next, const QString& mergeKey);
    void setState(const State& state);
    void readFields();
    Value flattened(const Value& job) const;
    void flatten(const Value& object, const QString& prefix, Value& flat) const;
    std::string optimizer() const;
    Value engineDefault(const QString& path) const;
    Value defaultUnder(const std::string& optimizer, const QString& path) const;
    std::vector<std::pair<std::string, Value>> effective() const;

    std::optional<Catalog> m_catalog;
    Value m_studioValues = Value::Object();
    State m_state;
    std::vector<engine::contract::Field> m_fields;
    QHash<QString, std::size_t> m_fieldIndex;
    std::string m_fieldsMethod;
    QUndoStack m_undo;
    bool m_isStepOpen = false;
};

} // namespace ui::pages::train
