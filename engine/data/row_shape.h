// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A row as it stands in the file → a record: mapping of columns, choice of the format, conversion.
#pragma once

#include "engine/data/dataset.h"
#include "engine/data/dataset_info.h"
#include "engine/data/format.h"
#include "engine/data/presets.h"

#include <optional>
#include <string>
#include <vector>

namespace engine::data {

class RowShape
{
public:
    // `info`: the roles and tags of an entry of dataset_info.json; the settings' roles win. Throws
    // Failure(kBadField) for an unknown format and for roles that do not fit.
    RowShape(const LoadSettings& settings, const std::optional<InfoEntry>& info);

    // The columns of the rows from here on, by which a preset is found.
    void setColumns(const std::vector<std::string>& columns);

    struct Shaped
    {
        Record record;
        const Format* format;
    };
    // Throws RowError.
    Shaped shaped(const Value& row, Remarks& remarks) const;

    const Format* askedFormat() const { return m_format; }
    const Preset* preset() const { return m_preset; }
    const ColumnRoles& roles() const { return m_roles; }
    // Whether the roles were given, so that their columns must be there.
    bool isMapped() const { return m_isMapped; }

private:
    void usePreset(const Preset* preset);
    const Format& formatOf(const Value& row) const;

    const Format* m_format = nullptr; // asked for
    const Preset* m_preset = nullptr;
    bool m_isPresetAsked = false;
    bool m_isMapped = false;
    ColumnRoles m_roles;
    std::optional<MessageTags> m_tags;
};

// "a, b, c, … (30 in all)"
std::string listed(const std::vector<std::string>& names);

} // namespace engine::data
