// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/tokenizer.h"
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
    int64_t rows = 3;
};

Value sampleValue(const text::TokenSample& sample, const text::Tokenizer& tokenizer)
{
    Value pieces = Value::List();
    for (const int64_t id : sample.ids) {
        pieces.append(tokenizer.piece(id));
    }
    Value mask = Value::List();
    for (const uint8_t trained : sample.mask) {
        mask.append(static_cast<int64_t>(trained));
    }
    return Value::object({{"text", sample.text},
                          {"ids", Value::list(sample.ids)},
                          {"pieces", pieces},
                          {"mask", mask},
                          {"truncated", sample.truncatedTokens},
                          {"findings", Value::list(sample.findings)}});
}

} // namespace

Action preview(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    app.add_option("--model", options->model, "Model folder")->required();
    app.add_option("--data", options->data.path, "Data file")->required();
    app.add_option("--rows", options->rows, "Samples to show")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000000));
    app.add_option("--format", options->data.format, "Data format id")->capture_default_str();
    app.add_option(
           "--template", options->data.chatTemplate, "auto, none, plain, alpaca, chatml or a file")
        ->capture_default_str();
    app.add_option("--max-length", options->data.maxLength, "Longest sample, in tokens")
        ->capture_default_str();
    app.add_option("--mask", options->data.mask, "answers, last or all")->capture_default_str();
    return [options](const CommonOptions&, Output& output) {
        const text::Tokenizer tokenizer = text::Tokenizer::load(options->model);
        const text::Renderer renderer(tokenizer, renderSettings(options->data));
        data::Dataset dataset = loadData(options->data);
        if (static_cast<int64_t>(dataset.records.size()) > options->rows) {
            dataset.records.resize(static_cast<std::size_t>(options->rows));
        }
        const auto prepared = objectives::findObjective("causal_lm")->prepare(dataset, renderer);
        int64_t shown = 0;
        for (const text::TokenSample& sample : prepared.samples) {
            if (++shown > options->rows) {
                break;
            }
            output.value(sampleValue(sample, tokenizer));
            output.line("── sample " + std::to_string(shown) + ": "
                        + std::to_string(sample.ids.size()) + " tokens, "
                        + std::to_string(objectives::trainedTokens(sample)) + " trained");
            output.line(sample.text);
        }
        for (const data::Problem& problem : prepared.dropped) {
            output.line("dropped line " + std::to_string(problem.line) + ": " + problem.message);
        }
        return 0;
    };
}

} // namespace engine::worker::verbs
