// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/section_data.h"

#include "engine/data/row_pages.h"
#include "engine/device/failure.h"
#include "engine/device/path_number.h"
#include "engine/worker/catalogue.h"
#include "engine/worker/output.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <set>

namespace engine::worker {

using contract::Value;

void addDataOptions(CLI::App& app, DataOptions& options, const std::string& about)
{
    contract::DataSection& section = options.section;
    app.add_option("--format", section.format, "Id of a data format or preset" + about)
        ->capture_default_str();
    app.add_option(
           "--encoding", section.encoding, "Of a text: auto, utf-8, cp949, windows-1252, …" + about)
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

void addSourceOptions(CLI::App& app, DataOptions& options, const std::string& name)
{
    options.takesSeveral = true;
    app.add_option(name,
                   options.sources,
                   "Data file or folder; several, also with weights as PATH:WEIGHT, are a mixture")
        ->take_all()
        ->allow_extra_args(false);
    app.add_option("--mix",
                   options.mix,
                   "Instead: a mixture as in data.mix of a job, as JSON, or each of its sources")
        ->take_all()
        ->allow_extra_args(false);
}

contract::DataSection dataSection(const DataOptions& options)
{
    contract::DataSection section = options.section;
    section.columns = columnRoles(options.map);
    const std::vector<contract::MixSource> sources = mixSources(options.sources);
    if (isMixture(sources)) {
        section.mix = sources;
    } else if (!sources.empty()) {
        section.path = sources.front().path;
    }
    if (options.takesSeveral && sources.empty() == options.mix.empty()) {
        throw Failure(code::kBadArgument,
                      "one of --data and --mix is required",
                      "`lora-engine VERB --help` lists the options",
                      "--data");
    }
    if (!options.mix.empty()) {
        Value list = Value::List();
        for (const std::string& text : options.mix) {
            const Value given = valueOrThrow(contract::parseJson(text));
            for (const Value& source : given.isList() ? given.toList() : Value::List{given}) {
                list.append(source);
            }
        }
        section.mix = valueOrThrow(contract::parseMix(list, jobRegistry()));
    }
    return section;
}

std::vector<contract::MixSource> mixSources(const std::vector<std::string>& arguments)
{
    std::vector<contract::MixSource> sources;
    for (const std::string& argument : arguments) {
        const device::PathNumber split = device::splitPathNumber(argument);
        contract::MixSource& source = sources.emplace_back();
        source.path = split.path;
        source.weight = split.number.value_or(1);
        if (source.weight < contract::kLeastWeight || source.weight > contract::kMostWeight) {
            throw Failure(code::kBadArgument,
                          "--data " + argument + ": the weight is not from "
                              + brief(contract::kLeastWeight) + " to "
                              + brief(contract::kMostWeight),
                          "The weight is how often the file's samples are seen in an epoch",
                          "--data");
        }
    }
    return sources;
}

bool isMixture(const std::vector<contract::MixSource>& sources)
{
    return sources.size() > 1 || (sources.size() == 1 && sources.front().weight != 1);
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
    settings.encoding = section.encoding;
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
