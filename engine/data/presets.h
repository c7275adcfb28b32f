// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Mappings of well-known data sets in their original files: a line each in presets.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine::data {

struct PresetRole
{
    std::string_view column;
    std::string_view role;
};

struct Preset
{
    std::string_view id;      // permanent; a value of data.format
    std::string_view name;    // a proper name, not translated
    std::string_view summary; // what it holds
    std::string_view format;  // that the mapped rows have
    std::span<const PresetRole> roles;
    std::span<const std::string_view> further; // columns that its files have too
    // Of a text that is a table without a header: its columns are column_1, column_2, ….
    std::string_view delimiter;
    bool isDetected; // by its columns; else it has to be asked for
};

std::span<const Preset> presets();
// Null when unknown.
const Preset* findPreset(std::string_view id);
// The first preset all of whose columns are there; null when there is none.
const Preset* presetFor(const std::vector<std::string>& columns);

} // namespace engine::data
