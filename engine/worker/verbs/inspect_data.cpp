// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/joined_report.h"
#include "engine/device/failure.h"
#include "engine/objectives/token_batch.h"
#include "engine/worker/bad_rows_file.h"
#include "engine/worker/data_report.h"
#include "engine/worker/data_sources.h"
#include "engine/worker/quality_value.h"
#include "engine/worker/row_search.h"
#include "engine/worker/section_data.h"
#include "engine/worker/verbs/verbs.h"
#include "engine/worker/work_progress.h"

#include <CLI/CLI.hpp>

#include <limits>
#include <memory>
#include <optional>

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
    bool progress = false;
};

// A model's tokenizer and how the rows become its tokens.
class TokenMeasure
{
public:
    TokenMeasure(const std::string& model, WorkProgress& work)
        : m_tokenizer(text::Tokenizer::load(model)), m_work(work)
    {
    }

    objectives::PreparedData prepare(const data::Dataset& dataset,
                                     const contract::DataSection& section)
    {
        text::RenderSettings settings = renderSettings(section);
        settings.tryPolicies = true;
        settings.eachText = m_work.tokenizing();
        const text::Renderer renderer(m_tokenizer, settings);
        m_template = renderer.resolvedTemplate();
        m_work.beginTokenizing(static_cast<int64_t>(dataset.records.size()));
        objectives::PreparedData prepared =
            objectives::findObjective("causal_lm")->prepare(dataset, renderer);
        m_work.endTokenizing();
        return prepared;
    }

    void
    addTo(contract::Value& value, const objectives::PreparedData& prepared, int64_t maxLength) const
    {
        value.set("template", m_template);
        value.set("findings", findingCounts(prepared));
        contract::Value lengths = lengthsValue(prepared, m_tokenizer, maxLength);
        lengths.set("policies", policiesValue(prepared.policies));
        value.set("lengths", lengths);
    }

private:
    text::Tokenizer m_tokenizer;
    WorkProgress& m_work;
    std::string m_template; // the last one
};

// What asks for rows by their number, which only one source has.
void requireOneSource(const Options& options)
{
    for (const auto& [isGiven, name] : {std::pair(options.rows > 0, "--rows"),
                                        std::pair(!options.search.empty(), "--search"),
                                        std::pair(options.quality, "--quality"),
                                        std::pair(!options.badRows.empty(), "--bad-rows")}) {
        if (isGiven) {
            throw Failure(code::kBadArgument,
                          std::string(name) + " takes one --data without a weight",
                          "Look into the sources one by one",
                          name);
        }
    }
}

// Of several sources: all of it summed, and `sources` with each one's own.
contract::Value
sourcesReport(const contract::DataSection& section, const Options& options, WorkProgress& work)
{
    requireOneSource(options);
    std::optional<TokenMeasure> measure;
    if (!options.model.empty()) {
        measure.emplace(options.model, work);
    }
    const std::vector<double> weights = contract::sourceWeights(section);
    std::vector<LoadedSource> sources;
    std::vector<SourceShare> shares;
    std::vector<objectives::PreparedData> parts;
    for (const contract::DataSection& source : contract::dataSources(section)) {
        data::LoadSettings settings = loadSettings(source);
        settings.progress = work.reading();
        settings.mostKept = measure ? settings.mostKept : 0;
        LoadedSource loaded{source, weights[sources.size()], {}, {}};
        loaded.dataset = data::loadDataset(source.path, settings);
        loaded.edits = settings.edits;
        SourceShare share{{loaded.dataset.good, loaded.weight}};
        if (measure) {
            parts.push_back(measure->prepare(loaded.dataset, source));
            share.part.samples = static_cast<int64_t>(parts.back().samples.size());
            for (const text::TokenSample& sample : parts.back().samples) {
                share.trainedTokens += objectives::trainedTokens(sample);
            }
        }
        loaded.dataset.records = {};
        shares.push_back(share);
        sources.push_back(std::move(loaded));
    }
    std::vector<const data::Dataset*> datasets;
    for (const LoadedSource& source : sources) {
        datasets.push_back(&source.dataset);
    }
    contract::Value value = datasetValue(data::joinedReport(datasets));
    value.set("sources", sourcesValue(sources, shares));
    if (const contract::Value edits = sourceEditsValue(sources); !edits.isNull()) {
        value.set("edits", edits);
    }
    if (measure) {
        measure->addTo(value, joined(std::move(parts)), section.maxLength);
    }
    return value;
}

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

void print(const contract::Value& value, Output& output)
{
    if (output.isJson()) {
        return;
    }
    const int64_t rows = value["rows"].toInteger();
    const int64_t good = value["good"].toInteger();
    output.facts({
        {"format", value["format"].toString()},
        {"encoding", value["encoding"].toString()},
        {"rows", grouped(rows)},
        {"good", grouped(good)},
        {"dropped", grouped(rows - good)},
        {"sha256", value["sha256"].toString()},
    });
    for (const contract::Value& source : value["sources"].toList()) {
        const contract::Value& share = source["share"];
        output.line("  source  " + source["path"].toString() + ": weight "
                    + brief(source["weight"].toDouble()) + ", "
                    + grouped(source["good"].toInteger()) + " good rows"
                    + (share.isNull()
                           ? ""
                           : ", " + brief(100 * share.toDouble(), 3) + " % of the trained tokens"));
    }
    for (const contract::Value& problem : value["dropped"].toList()) {
        output.line("  dropped line " + toJson(problem["line"]) + ": "
                    + problem["reason"].toString());
    }
    for (const contract::Value& problem : value["notices"].toList()) {
        output.line("  notice  line " + toJson(problem["line"]) + ": "
                    + problem["message"].toString());
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
    addSourceOptions(app, options->data, "path,--data");
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
    app.add_flag("--progress", options->progress, "With --json: progress events before the answer");
    return [options](const CommonOptions& common, Output& output) {
        WorkProgress work(output, options->progress);
        const contract::DataSection section = dataSection(options->data);
        if (!section.mix.empty()) {
            const contract::Value value = sourcesReport(section, *options, work);
            output.value(value);
            print(value, output);
            return 0;
        }
        data::LoadSettings settings = loadSettings(section);
        settings.progress = work.reading();
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
            TokenMeasure measure(options->model, work);
            const objectives::PreparedData prepared = measure.prepare(dataset, section);
            measure.addTo(value, prepared, section.maxLength);
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
        print(value, output);
        return 0;
    };
}

} // namespace engine::worker::verbs
