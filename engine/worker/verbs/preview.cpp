// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/token_text.h"
#include "engine/worker/data_report.h"
#include "engine/worker/verbs/verbs.h"

#include <memory>

namespace engine::worker::verbs {

namespace {

using contract::Value;

struct Options
{
    std::string model;
    contract::DataSection data;
    std::vector<std::string> map;
    int64_t first = 0;
    int64_t rows = 3;
};

// A sample and where it comes from.
struct Shown
{
    text::TokenSample sample;
    int64_t index = 0; // among the good rows; of one document, among its windows
    std::string file;
    int64_t line = 0;
};

struct Selection
{
    std::vector<Shown> samples;
    std::vector<data::Problem> dropped;
    int64_t total = 0; // good rows; of one document, windows
};

// Rows [first, first + rows), each on its own: only what is shown is tokenized.
Selection selectRows(const data::Dataset& dataset, const text::Renderer& renderer, const Options& o)
{
    const auto prepare = objectives::findObjective("causal_lm")->prepare;
    const bool isOneDocument = dataset.records.size() == 1 && dataset.records.front().isText;
    Selection selection;
    selection.total = static_cast<int64_t>(dataset.records.size());
    const int64_t past = isOneDocument ? 1 : std::min(selection.total, o.first + o.rows);
    for (int64_t row = isOneDocument ? 0 : o.first; row < past; ++row) {
        const data::Record& record = dataset.records[static_cast<std::size_t>(row)];
        data::Dataset single;
        single.records = {record};
        objectives::PreparedData prepared = prepare(single, renderer);
        const auto count = static_cast<int64_t>(prepared.samples.size());
        const int64_t begin = isOneDocument ? std::min(o.first, count) : 0;
        const int64_t end = isOneDocument ? std::min(o.first + o.rows, count) : count;
        for (int64_t i = begin; i < end; ++i) {
            selection.samples.push_back({std::move(prepared.samples[static_cast<std::size_t>(i)]),
                                         isOneDocument ? i : row,
                                         record.file,
                                         record.line});
        }
        selection.total = isOneDocument ? count : selection.total;
        selection.dropped.insert(
            selection.dropped.end(), prepared.dropped.begin(), prepared.dropped.end());
    }
    return selection;
}

Value sampleValue(const Shown& shown, int64_t total, const text::Tokenizer& tokenizer)
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
        turns.append(
            Value::object({{"role", turn.role}, {"begin", turn.begin}, {"end", turn.end}}));
    }
    Value mask = Value::List();
    for (const uint8_t trained : sample.mask) {
        mask.append(static_cast<int64_t>(trained));
    }
    return Value::object({{"index", shown.index},
                          {"total", total},
                          {"file", shown.file},
                          {"line", shown.line},
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
}

} // namespace

Action preview(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    app.add_option("--model", options->model, "Model folder")->required();
    app.add_option("--data", options->data.path, "Data file")->required();
    app.add_option("--first", options->first, "Rows to pass over; of one document, its windows")
        ->capture_default_str()
        ->check(CLI::Range(int64_t{0}, int64_t{1} << 40));
    app.add_option("--rows", options->rows, "Rows to show; of one document, its windows")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000000));
    app.add_option("--format", options->data.format, "Data format id")->capture_default_str();
    app.add_option(
           "--template", options->data.chatTemplate, "auto, none, plain, alpaca, chatml or a file")
        ->capture_default_str();
    app.add_option("--max-length", options->data.maxLength, "Longest sample, in tokens")
        ->capture_default_str();
    app.add_option("--mask", options->data.mask, "answers, last or all")->capture_default_str();
    app.add_option("--truncate", options->data.truncate, "What is cut: left, right, drop or split")
        ->capture_default_str();
    app.add_option("--map", options->map, "column=role, may be given several times")->take_all();
    return [options](const CommonOptions&, Output& output) {
        const text::Tokenizer tokenizer = text::Tokenizer::load(options->model);
        options->data.columns = columnRoles(options->map);
        text::RenderSettings settings = renderSettings(options->data);
        settings.findTurns = true;
        const text::Renderer renderer(tokenizer, settings);
        const Selection selection = selectRows(loadData(options->data), renderer, *options);
        for (const Shown& shown : selection.samples) {
            output.value(sampleValue(shown, selection.total, tokenizer));
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
