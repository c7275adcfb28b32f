// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/catalogue.h"
#include "engine/worker/verbs/verbs.h"

#include <CLI/CLI.hpp>

namespace engine::worker::verbs {

namespace {

void printEntries(Output& output,
                  std::string_view title,
                  const std::vector<contract::CatalogEntry>& entries)
{
    output.line(title);
    std::vector<std::pair<std::string, std::string>> rows;
    for (const contract::CatalogEntry& entry : entries) {
        rows.emplace_back(entry.id, entry.summary);
    }
    output.facts(rows);
}

void printFields(Output& output,
                 const std::string& prefix,
                 const std::vector<contract::Field>& fields)
{
    std::vector<std::pair<std::string, std::string>> rows;
    for (const contract::Field& field : fields) {
        rows.emplace_back(prefix + field.key,
                          toJson(field.defaultValue) + "  (" + expectation(field) + ")");
    }
    output.facts(rows);
}

} // namespace

Action describe(CLI::App&)
{
    return [](const CommonOptions&, Output& output) {
        const contract::Catalog catalog = catalogue();
        output.value(contract::catalogSchema().toValue(catalog));
        output.line("lora-engine " + catalog.version);
        printEntries(output, "\nModels", catalog.models);
        printEntries(output, "\nMethods", catalog.methods);
        printEntries(output, "\nObjectives", catalog.objectives);
        printEntries(output, "\nData formats", catalog.formats);
        output.line("\nData presets");
        std::vector<std::pair<std::string, std::string>> presets;
        for (const contract::DataPreset& preset : catalog.dataPresets) {
            presets.emplace_back(preset.id, preset.name + ": " + preset.summary);
        }
        output.facts(presets);
        printEntries(output, "\nExporters", catalog.exporters);
        printEntries(output, "\nSchedules", catalog.schedules);
        printEntries(output, "\nMetrics", catalog.metrics);
        output.line("\nSettings (--set key=value) with their defaults");
        for (const contract::CatalogEntry& section : catalog.job) {
            printFields(output, section.id.empty() ? "" : section.id + ".", section.fields);
        }
        for (const contract::CatalogEntry& method : catalog.methods) {
            output.line("\nSettings of method " + method.id);
            printFields(output, "method.", method.fields);
        }
        return 0;
    };
}

} // namespace engine::worker::verbs
