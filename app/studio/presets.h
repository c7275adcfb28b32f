// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Named sets of job values, each with the source of every value: those of resources/presets, and
// the user's own in the data folder. Which of them this engine can run is judged by its catalogue.
// GUI thread only.
#pragma once

#include "engine/contract/catalog.h"
#include "engine/contract/value.h"

#include <QObject>
#include <QString>

#include <vector>

namespace app::studio {

struct PresetValue
{
    std::string key; // dotted, of a job: "method.rank"
    ::engine::contract::Value value;
    QString source; // why this value, in a sentence; empty for the user's own
};

struct Preset
{
    QString id; // permanent: "house", or of the user's own its file name without the ending
    QString name;
    QString summary;
    std::string method; // the catalogue's id
    std::vector<PresetValue> values;
    bool isOwn = false;
};

// Strict: an unknown key, or one without a source in a preset of ours, is kBadFile. Texts are taken
// in `language`, else in English.
::engine::contract::Result<Preset> parsePreset(const ::engine::contract::Value& object,
                                               const QString& id,
                                               const QString& language,
                                               bool isOwn);

// Fails with kBadField for the first value that the catalogue does not know or does not accept.
::engine::contract::Result<void> checkPreset(const Preset& preset,
                                             const ::engine::contract::Catalog& catalog);

// The job with the preset's method and values put in.
::engine::contract::Value withPreset(::engine::contract::Value job, const Preset& preset);

class Presets : public QObject
{
    Q_OBJECT

public:
    explicit Presets(const QString& ownFolder, QObject* parent = nullptr);

    // Ours in their order, then the user's by name. Files that cannot be read are logged and left
    // out. Read again when the language changed; pointers and references end then.
    const std::vector<Preset>& all();
    // Those this engine can run.
    std::vector<Preset> usable(const ::engine::contract::Catalog& catalog);
    const Preset* find(const QString& id);

    // Saves the user's own under a name; replaces the one of the same name. Fails when the name is
    // empty or the file cannot be written.
    ::engine::contract::Result<QString>
    save(const QString& name, const std::string& method, const std::vector<PresetValue>& values);
    // Only the user's own. Fails with kNotFound for others.
    ::engine::contract::Result<void> remove(const QString& id);

Q_SIGNALS:
    void changed();

private:
    void load();

    QString m_folder;
    QString m_language; // of the texts in m_presets
    std::vector<Preset> m_presets;
};

} // namespace app::studio
