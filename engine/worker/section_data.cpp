// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/section_data.h"

#include "engine/data/row_pages.h"
#include "engine/device/failure.h"

#include <algorithm>
#include <set>

namespace engine::worker {

using contract::Value;

void addDataOptions(CLI::App& app, DataOptions& options, const std::string& about)
{
    contract::DataSection& section = options.section;
    app.add_option("--format", section.format, "Id of a data format or preset" + about)
        ->capture_default_str();
    app.add_option("--map", options.map, "column=role" + about + ", may be given several times")
        ->take_all();
    app.add_option("--edits", section.edits, "Edits of the rows" + about + " (data.edits)");
    app.add_option("--template",
                   section.chatTemplate,
                   "auto, none, plain, alpaca, chatml or a template file" + about)
        ->capture_default_str();
    app.add_option("--mask", section.mask, "What is trained: answers, last or all" + about)
        ->capture_default_str();
    app.add_option("--truncate",
                   section.truncate,
                   "What becomes of long rows: left, right, drop or split" + about)
        ->capture_default_str();
    app.add_option("--max-length", section.maxLength, "Longest sample, in tokens" + about)
        ->capture_default_str();
}

contract::DataSection dataSection(const DataOptions& options)
{
    contract::DataSection section = options.section;
    section.columns = columnRoles(options.map);
    return section;
}

std::map<std::string, std::string> columnRoles(const std::vector<std::string>& arguments)
{
    std::map<std::string, std::string> roles;
    for (const std::string& argument : arguments) {
        const std::size_t equals = argument.find('=');
        if (equals == std::string::npos) {
            throw Failure(code::kBadArgument,
                          "--map: expected column=role, got " + argument,
                          "For example --map question=prompt --map reply=completion",
                          "--map");
        }
        roles[argument.substr(0, equals)] = argument.substr(equals + 1);
    }
    return roles;
}

data::LoadSettings loadSettings(const contract::DataSection& section)
{
    data::LoadSettings settings;
    settings.format = section.format;
    settings.columns = section.columns;
    if (!section.edits.empty()) {
        settings.edits = std::make_shared<data::Edits>(data::Edits::load(section.edits));
    }
    return settings;
}

data::Dataset loadData(const contract::DataSection& section)
{
    return data::loadDataset(section.path, loadSettings(section));
}

data::Dataset loadPage(const std::string& path, const data::LoadSettings& settings)
{
    static data::RowPages known;
    return known.load(path, settings);
}

text::RenderSettings renderSettings(const contract::DataSection& section)
{
    text::RenderSettings settings;
    settings.templateName = section.chatTemplate;
    settings.mask = text::maskRuleOf(section.mask);
    settings.truncate = text::truncationOf(section.truncate);
    settings.maxLength = section.maxLength;
    return settings;
}

Value editsValue(const std::shared_ptr<const data::Edits>& edits,
                 const std::vector<const data::Dataset*>& datasets)
{
    if (!edits) {
        return {};
    }
    int64_t changed = 0;
    int64_t deleted = 0;
    std::set<const data::RowEdit*> matched;
    for (const data::Dataset* dataset : datasets) {
        changed += dataset->changed;
        deleted += dataset->deleted;
        matched.insert(dataset->matchedEdits.begin(), dataset->matchedEdits.end());
    }
    std::vector<std::pair<int64_t, std::string>> missing; // by line of the edits
    for (const auto& [row, edit] : edits->rows()) {
        if (!matched.contains(&edit)) {
            missing.emplace_back(edit.line, device::hexOf(row));
        }
    }
    std::sort(missing.begin(), missing.end());
    Value unmatched = Value::List();
    for (const auto& [line, sha256] : missing) {
        unmatched.append(Value::object({{"line", line}, {"sha256", sha256}}));
    }
    return Value::object({{"sha256", edits->sha256()},
                          {"changed", changed},
                          {"deleted", deleted},
                          {"unmatched", unmatched}});
}

} // namespace engine::worker
