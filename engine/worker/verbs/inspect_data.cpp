// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/bad_rows_file.h"
#include "engine/worker/data_report.h"
#include "engine/worker/quality_value.h"
#include "engine/worker/row_search.h"
#include "engine/worker/section_data.h"
#include "engine/worker/verbs/verbs.h"

#include <limits>
#include <memory>

namespace engine::worker::verbs {

namespace {

struct Options
{
    DataOptions data;
    std::string model;
    int64_t first = 0;
    int64_t rows = 0;
    std::string search;
    bool quality = false;
    std::string badRows;
    std::string validation;
    double validationFraction = contract::ValidationSection().fraction;
};

// Copies between training and validation data: of the file that is named, of the folder's own, or
// of the part that training splits off.
contract::Value checkedQuality(data::QualityCheck& check,
                               const data::Dataset& dataset,
                               data::LoadSettings settings,
                               const Options& options,
                               uint64_t seed)
{
    const std::string path =
        options.validation.empty() ? dataset.validationPath : options.validation;
    if (path.empty()) {
        return qualityValue(check.quality(),
                            check.splitLeakage(options.validationFraction, seed),
                            options.validationFraction > 0 ? "split" : "none",
                            dataset);
    }
    settings.firstKept = 0;
    settings.mostKept = 0;
    settings.eachRecord = [&](const data::Record& record) { check.addValidation(record); };
    data::loadDataset(path, settings);
    return qualityValue(check.quality(), check.leakage(), "file", dataset);
}

void printQuality(const contract::Value& quality, Output& output)
{
    if (quality.isNull()) {
        return;
    }
    std::vector<std::pair<std::string, std::string>> rows;
    for (const auto& [key, name] : {std::pair("exact_duplicates_count", "copies"),
                                    std::pair("near_duplicates_count", "near copies"),
                                    std::pair("repeated_answers_count", "repeated answers"),
                                    std::pair("conflicting_answers_count", "other answers"),
                                    std::pair("empty_answers_count", "empty answers"),
                                    std::pair("leakage_count", "validation rows in training")}) {
        rows.emplace_back(name, grouped(quality[key].toInteger()));
    }
    output.facts(rows);
}

void print(const data::Dataset& dataset, const contract::Value& value, Output& output)
{
    output.facts({
        {"format", dataset.format},
        {"encoding", dataset.encoding},
        {"rows", grouped(dataset.rows)},
        {"good", grouped(dataset.good)},
        {"dropped", grouped(dataset.rows - dataset.good)},
        {"sha256", dataset.sha256},
    });
    for (const data::Problem& problem : dataset.dropped) {
        output.line("  dropped line " + std::to_string(problem.line) + ": " + problem.message);
    }
    for (const data::Problem& problem : dataset.notices) {
        output.line("  notice  line " + std::to_string(problem.line) + ": " + problem.message);
    }
    const contract::Value& edits = value["edits"];
    if (!edits.isNull()) {
        output.facts({{"changed", grouped(edits["changed"].toInteger())},
                      {"deleted", grouped(edits["deleted"].toInteger())}});
    }
    for (const contract::Value& edit : edits["unmatched"].toList()) {
        output.line("  edit    line " + toJson(edit["line"]) + ": no row has the hash "
                    + edit["sha256"].toString());
    }
    printQuality(value["quality"], output);
    const contract::Value& lengths = value["lengths"];
    if (!lengths.isNull()) {
        output.line("  tokens per sample: median " + toJson(lengths["median"]) + ", longest "
                    + toJson(lengths["maximum"]));
    }
}

} // namespace

Action inspectData(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    app.add_option("path,--data",
                   options->data.section.path,
                   "Data file, or a folder with train and valid files")
        ->required();
    app.add_option("--model", options->model, "Model folder: adds the lengths in its tokens");
    addDataOptions(app, options->data);
    app.add_option("--first", options->first, "Good rows to pass over")
        ->capture_default_str()
        ->check(CLI::Range(int64_t{0}, int64_t{1} << 40));
    app.add_option("--rows", options->rows, "Good rows to list with their turns")
        ->capture_default_str()
        ->check(CLI::Range(0, 1000));
    app.add_option("--search",
                   options->search,
                   "With --rows: only rows that hold this text; --first passes over matches");
    app.add_option("--bad-rows",
                   options->badRows,
                   "New file: the rows that are left out, with their reasons, as JSON Lines");
    app.add_flag("--quality",
                 options->quality,
                 "Also search for copies, near copies, repeated answers and leakage");
    app.add_option("--validation",
                   options->validation,
                   "With --quality: validation data that must not stand in the training data");
    app.add_option("--validation-fraction",
                   options->validationFraction,
                   "With --quality and no validation data: the part that training splits off")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 0.99));
    return [options](const CommonOptions& common, Output& output) {
        const contract::DataSection section = dataSection(options->data);
        data::LoadSettings settings = loadSettings(section);
        settings.keepMembers = options->rows > 0;
        if (options->model.empty()) { // else all are tokenized
            settings.firstKept = options->first;
            settings.mostKept = options->rows;
        }
        data::QualityCheck check;
        RowSearch search(options->search, options->first, options->rows);
        settings.eachRecord = [&](const data::Record& record) {
            if (options->quality) {
                check.add(record);
            }
            if (!options->search.empty()) {
                search.add(record);
            }
        };
        if (!options->quality && options->search.empty()) {
            settings.eachRecord = nullptr;
        }
        const bool isPage = options->rows > 0 && options->model.empty() && options->badRows.empty()
                            && settings.eachRecord == nullptr;
        const data::Dataset dataset =
            isPage ? loadPage(section.path, settings)
                   : BadRowsFile(options->badRows).load(section.path, settings);
        contract::Value value = datasetValue(dataset);
        if (settings.edits) {
            value.set("edits", editsValue(settings.edits, {&dataset}));
        }
        if (!options->model.empty()) {
            const text::Tokenizer tokenizer = text::Tokenizer::load(options->model);
            text::RenderSettings rendering = renderSettings(section);
            rendering.tryPolicies = true;
            const text::Renderer renderer(tokenizer, rendering);
            const auto prepared =
                objectives::findObjective("causal_lm")->prepare(dataset, renderer);
            value.set("template", renderer.resolvedTemplate());
            value.set("findings", findingCounts(prepared));
            contract::Value lengths = lengthsValue(prepared, tokenizer, section.maxLength);
            lengths.set("policies", policiesValue(prepared.policies));
            value.set("lengths", lengths);
        }
        if (options->quality) {
            value.set("quality", checkedQuality(check, dataset, settings, *options, common.seed));
        }
        if (!options->search.empty()) {
            value.set("matches", search.matches());
            data::Dataset found;
            found.records = search.found();
            value.set("records", recordsValue(found, 0, std::numeric_limits<int64_t>::max()));
        } else if (options->rows > 0) {
            value.set("records", recordsValue(dataset, options->first, options->rows));
        }
        output.value(value);
        print(dataset, value, output);
        return 0;
    };
}

} // namespace engine::worker::verbs
