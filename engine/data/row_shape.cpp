// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/row_shape.h"

#include "engine/contract/suggest.h"
#include "engine/data/formats/registry.h"
#include "engine/device/failure.h"

#include <algorithm>

namespace engine::data {

namespace {

constexpr std::size_t kMaximumNamed = 20; // names listed in one message
constexpr std::string_view kMessageRoles[] = {"messages", "chosen", "rejected"};

Failure unknownFormat(const std::string& id)
{
    std::vector<std::string> ids = {"auto"};
    for (const Format* known : formats::all()) {
        ids.emplace_back(known->id);
    }
    for (const Preset& preset : presets()) {
        ids.emplace_back(preset.id);
    }
    return {code::kBadField,
            "data.format: unknown format " + id,
            contract::suggestion(id, ids, "formats"),
            "data.format"};
}

bool isEmptyValue(const Value& value)
{
    return value.isNull() || (value.isString() && isBlank(value.toString()));
}

std::string memberNames(const Value& row)
{
    std::vector<std::string> names;
    for (const auto& [name, value] : row.toObject()) {
        names.push_back(name);
    }
    return listed(names);
}

} // namespace

RowShape::RowShape(const LoadSettings& settings, const std::optional<InfoEntry>& info)
{
    const ColumnRoles& columns =
        settings.columns.empty() && settings.edits ? settings.edits->columns() : settings.columns;
    checkRoles(columns);
    if (settings.format != "auto") {
        m_format = formats::find(settings.format);
        const Preset* preset = findPreset(settings.format);
        if (!m_format && !preset) {
            throw unknownFormat(settings.format);
        }
        m_isPresetAsked = preset != nullptr;
        usePreset(preset);
    }
    if (info) {
        m_roles = info->roles;
        m_tags = info->tags;
    }
    if (!columns.empty()) {
        m_roles = columns;
        m_preset = nullptr;
    }
    m_isMapped = m_preset == nullptr && !m_roles.empty();
}

void RowShape::usePreset(const Preset* preset)
{
    m_preset = preset;
    m_roles.clear();
    if (preset) {
        for (const PresetRole& role : preset->roles) {
            m_roles.emplace(role.column, role.role);
        }
    }
}

void RowShape::setColumns(const std::vector<std::string>& columns)
{
    if (!m_isPresetAsked && !m_isMapped && !m_format) {
        const Preset* preset = presetFor(columns);
        if (preset != m_preset) {
            usePreset(preset);
        }
    }
}

RowShape::Shaped RowShape::shaped(const Value& row, Remarks& remarks) const
{
    Value mapped = m_roles.empty() ? Value() : rowByRoles(row, m_roles, remarks);
    if (m_tags) {
        mapped = m_roles.empty() ? row : mapped;
        for (const auto& [name, value] : Value::Object(mapped.toObject())) {
            const bool holdsMessages =
                std::find(std::begin(kMessageRoles), std::end(kMessageRoles), name)
                    != std::end(kMessageRoles)
                || name == "conversations";
            if (holdsMessages && !value.isString()) {
                mapped.set(name, untagged(value, *m_tags));
            }
        }
    }
    const Value& used = mapped.isNull() ? row : mapped;
    const Format& format = formatOf(used);
    Shaped shaped{format.convert(used, remarks), &format};
    shaped.record.task = format.task;
    return shaped;
}

const Format& RowShape::formatOf(const Value& row) const
{
    const Value::Object& members = row.toObject();
    if (members.empty()) {
        throw RowError{"empty_row", "the row has no members"};
    }
    if (std::all_of(members.begin(), members.end(), [](const Value::Member& member) {
            return isEmptyValue(member.second);
        })) {
        throw RowError{"empty_row", "all members are empty"};
    }
    const Format* format = m_preset   ? formats::find(m_preset->format)
                           : m_format ? m_format
                                      : formats::bestMatch(row);
    if (!format) {
        throw RowError{"no_known_columns", "no known columns, only " + memberNames(row)};
    }
    return *format;
}

std::string listed(const std::vector<std::string>& names)
{
    if (names.size() <= kMaximumNamed) {
        return contract::joined(names);
    }
    const std::vector<std::string> first(names.begin(), names.begin() + kMaximumNamed);
    return contract::joined(first) + ", … (" + std::to_string(names.size()) + " in all)";
}

} // namespace engine::data
