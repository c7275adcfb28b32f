// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/failure.h"
#include "engine/text/token_text.h"
#include "engine/worker/data_report.h"
#include "engine/worker/pack_places.h"
#include "engine/worker/section_data.h"
#include "engine/worker/verbs/verbs.h"
#include "engine/worker/work_progress.h"

#include <CLI/CLI.hpp>

#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <tuple>

namespace engine::worker::verbs {

namespace {

using contract::Value;

struct Options
{
    std::string model;
    DataOptions data;
    int64_t first = 0;
    int64_t rows = 3;
    bool packs = false;
    double validationFraction = contract::ValidationSection().fraction;
};

// A sample and where it comes from.
struct Shown
{
    text::TokenSample sample;
    int64_t index = 0; // among the good rows; of one document, among its windows
    std::string file;
    int64_t line = 0;
    std::string sha256; // of the row
    int64_t inRow = 0;  // which of the row's samples
    Value pack = {};    // with --packs
};

struct Selection
{
    std::vector<Shown> samples;
    std::vector<data::Problem> dropped;
    int64_t total = 0; // good rows; of one document, windows
};

// Of several rows only those that are shown; the windows of one document need all of it.
data::Dataset loadShown(const contract::DataSection& section, const Options& o, WorkProgress& work)
{
    data::LoadSettings settings = loadSettings(section);
    settings.progress = work.reading();
    settings.firstKept = o.first;
    settings.mostKept = std::max<int64_t>(o.rows, 1); // one document is told by its record
    data::Dataset dataset = loadPage(section.path, settings);
    if (dataset.good == 1 && o.first > 0) {
        settings.firstKept = 0;
        dataset = data::loadDataset(section.path, settings);
    }
    return dataset;
}

// Rows [first, first + rows), each on its own: only what is shown is tokenized.
Selection selectRows(const data::Dataset& dataset, const text::Renderer& renderer, const Options& o)
{
    const objectives::Objective& objective = *objectives::findObjective("causal_lm");
    const bool isOneDocument =
        dataset.good == 1 && dataset.records.size() == 1 && isDocument(dataset.records.front());
    Selection selection;
    selection.total = dataset.unedited;
    for (const data::Record& record : dataset.records) {
        data::Dataset single;
        single.records = {record};
        objectives::PreparedData prepared = objective.prepare(single, renderer);
        const auto count = static_cast<int64_t>(prepared.samples.size());
        const int64_t begin = isOneDocument ? std::min(o.first, count) : 0;
        const int64_t end = isOneDocument ? std::min(o.first + o.rows, count)
                            : o.rows > 0  ? count
                                          : 0;
        for (int64_t i = begin; i < end; ++i) {
            selection.samples.push_back({std::move(prepared.samples[static_cast<std::size_t>(i)]),
                                         isOneDocument ? i : record.index,
                                         record.file,
                                         record.line,
                                         record.sha256,
                                         i});
        }
        selection.total = isOneDocument ? count : selection.total;
        selection.dropped.insert(
            selection.dropped.end(), prepared.dropped.begin(), prepared.dropped.end());
    }
    return selection;
}

// Of several sources, whose rows follow each other.
Selection selectShown(const contract::DataSection& section,
                      const text::Tokenizer& tokenizer,
                      const Options& options,
                      WorkProgress& work)
{
    Selection all;
    for (const contract::DataSection& source : contract::dataSources(section)) {
        Options own = options;
        own.first = std::max<int64_t>(options.first - all.total, 0);
        own.rows = std::max<int64_t>(options.first + options.rows - all.total - own.first, 0);
        text::RenderSettings settings = renderSettings(source);
        settings.findTurns = true;
        const text::Renderer renderer(tokenizer, settings);
        Selection selection = selectRows(loadShown(source, own, work), renderer, own);
        for (Shown& shown : selection.samples) {
            shown.index += all.total;
            all.samples.push_back(std::move(shown));
        }
        all.dropped.insert(all.dropped.end(), selection.dropped.begin(), selection.dropped.end());
        all.total += selection.total;
    }
    return all;
}

// Tokenizes the whole data set, because what shares a pack depends on all lengths.
void setPacks(Selection& selection,
              const contract::DataSection& section,
              const text::Tokenizer& tokenizer,
              const Options& o,
              uint64_t seed)
{
    const data::Dataset dataset = loadData(section);
    const text::Renderer renderer(tokenizer, renderSettings(section));
    const objectives::PreparedData prepared =
        objectives::findObjective("causal_lm")->prepare(dataset, renderer);
    data::BatchSettings settings;
    settings.maxTokens = section.maxLength;
    settings.seed = seed;
    const auto places = packPlaces(prepared, settings, o.validationFraction);
    std::map<std::tuple<std::string, int64_t, int64_t>, std::optional<PackPlace>> byRow;
    int64_t inRow = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const data::Record& record = dataset.records[static_cast<std::size_t>(prepared.rows[i])];
        inRow = i > 0 && prepared.rows[i - 1] == prepared.rows[i] ? inRow + 1 : 0;
        byRow[{record.file, record.line, inRow}] = places[i];
    }
    for (Shown& shown : selection.samples) {
        const std::optional<PackPlace> place = byRow[{shown.file, shown.line, shown.inRow}];
        if (place) {
            shown.pack = Value::object(
                {{"index", place->pack}, {"begin", place->begin}, {"tokens", place->tokens}});
        }
    }
}

int64_t trainedIn(const text::TokenSample& sample, const text::TurnSpan& turn)
{
    return std::accumulate(
        sample.mask.begin() + turn.begin, sample.mask.begin() + turn.end, int64_t{0});
}

Value sampleValue(const Shown& shown,
                  const Selection& selection,
                  const text::Tokenizer& tokenizer,
                  bool withPack)
{
    const text::TokenSample& sample = shown.sample;
    Value pieces = Value::List();
    Value texts = Value::List();
    Value special = Value::List();
    for (const int64_t id : sample.ids) {
        pieces.append(tokenizer.piece(id));
        texts.append(text::tokenText(tokenizer, id));
        special.append(static_cast<int64_t>(tokenizer.bridge().isSpecial(id)));
    }
    Value turns = Value::List();
    for (const text::TurnSpan& turn : sample.turns) {
        turns.append(Value::object({{"role", turn.role},
                                    {"begin", turn.begin},
                                    {"end", turn.end},
                                    {"trained", trainedIn(sample, turn)}}));
    }
    Value mask = Value::List();
    for (const uint8_t trained : sample.mask) {
        mask.append(static_cast<int64_t>(trained));
    }
    Value value = Value::object({{"index", shown.index},
                                 {"total", selection.total},
                                 {"file", shown.file},
                                 {"line", shown.line},
                                 {"sha256", shown.sha256},
                                 {"text", sample.text},
                                 {"ids", Value::list(sample.ids)},
                                 {"pieces", pieces},
                                 {"texts", texts},
                                 {"mask", mask},
                                 {"special", special},
                                 {"turns", turns},
                                 {"truncated", sample.truncatedTokens},
                                 {"truncated_answer", sample.truncatedAnswerTokens},
                                 {"findings", Value::list(sample.findings)}});
    if (withPack) {
        value.set("pack", shown.pack);
    }
    return value;
}

} // namespace

Action preview(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    app.add_option("--model", options->model, "Model folder")->required();
    addSourceOptions(app, options->data);
    app.add_option("--first", options->first, "Rows to pass over; of one document, its windows")
        ->capture_default_str()
        ->check(CLI::Range(int64_t{0}, int64_t{1} << 40));
    app.add_option("--rows", options->rows, "Rows to show; of one document, its windows")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000000));
    app.add_flag(
        "--packs",
        options->packs,
        "Also say where in which pack of the first epoch each sample stands; tokenizes all "
        "rows");
    app.add_option("--validation-fraction",
                   options->validationFraction,
                   "With --packs: the part of the samples that validates instead")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 0.99));
    addDataOptions(app, options->data);
    return [options](const CommonOptions& common, Output& output) {
        const text::Tokenizer tokenizer = text::Tokenizer::load(options->model);
        const contract::DataSection section = dataSection(options->data);
        WorkProgress work(output, false);
        Selection selection = selectShown(section, tokenizer, *options, work);
        if (options->packs) {
            if (!section.mix.empty()) {
                throw Failure(code::kBadArgument,
                              "--packs takes one --data without a weight",
                              "A mixture is packed anew in every epoch",
                              "--packs");
            }
            setPacks(selection, section, tokenizer, *options, common.seed);
        }
        for (const Shown& shown : selection.samples) {
            output.value(sampleValue(shown, selection, tokenizer, options->packs));
            output.line("── sample " + std::to_string(shown.index + 1) + " of "
                        + std::to_string(selection.total) + ": "
                        + std::to_string(shown.sample.ids.size()) + " tokens, "
                        + std::to_string(objectives::trainedTokens(shown.sample)) + " trained");
            output.line(shown.sample.text);
        }
        for (const data::Problem& problem : selection.dropped) {
            output.line("dropped line " + std::to_string(problem.line) + ": " + problem.message);
        }
        return 0;
    };
}

} // namespace engine::worker::verbs
