// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/evaluate/evaluation.h"

#include "engine/device/failure.h"
#include "engine/text/embedding_rows.h"
#include "engine/worker/catalogue.h"
#include "engine/worker/data_report.h"
#include "engine/worker/model_session.h"
#include "engine/worker/verbs/verbs.h"

#include <memory>

namespace engine::worker::verbs {

namespace {

using contract::Value;

struct Options
{
    ModelOptions model;
    contract::DataSection data;
    std::vector<std::string> metrics = {"loss", "perplexity", "token_accuracy"};
};

double metricOf(const std::string& name, const engine::evaluate::Evaluation& evaluation)
{
    if (name == "loss") {
        return evaluation.loss;
    }
    return name == "perplexity" ? evaluation.perplexity() : evaluation.accuracy;
}

} // namespace

Action evaluate(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    addModelOptions(app, options->model);
    app.add_option("--data", options->data.path, "Data file")->required();
    app.add_option("--metrics", options->metrics, "loss, perplexity, token_accuracy")
        ->delimiter(',')
        ->check(CLI::IsMember({"loss", "perplexity", "token_accuracy"}));
    app.add_option(
           "--template", options->data.chatTemplate, "auto, none, plain, alpaca, chatml or a file")
        ->capture_default_str();
    app.add_option("--mask", options->data.mask, "answers, last or all")->capture_default_str();
    app.add_option("--max-length", options->data.maxLength, "Longest sample, in tokens")
        ->capture_default_str();
    return [options](const CommonOptions& common, Output& output) {
        const ModelSession session(options->model.model, options->model.adapters, common);
        contract::DataSection section = options->data;
        section.maxLength = std::min(section.maxLength, session.decoder().textContext());
        const text::Renderer renderer(session.tokenizer(), renderSettings(section));
        const objectives::Objective& objective = *objectives::findObjective("causal_lm");
        const auto prepared = objective.prepare(loadData(section), renderer);
        text::requireRows(
            prepared.samples, session.folder().blueprint().vocabulary, session.tokenizer());
        if (prepared.samples.empty()) {
            throw Failure(code::kBadData,
                          "no sample holds a trained token",
                          "See `lora-engine preview`",
                          section.path);
        }
        const engine::evaluate::Evaluation evaluation = engine::evaluate::evaluate(
            session.decoder(), objective, prepared.samples, section.maxLength);
        Value metrics = Value::Object();
        Value definitions = Value::Object();
        std::vector<std::pair<std::string, std::string>> rows;
        const contract::Catalog catalog = catalogue();
        for (const std::string& name : options->metrics) {
            metrics.set(name, metricOf(name, evaluation));
            definitions.set(name, contract::findEntry(catalog.metrics, name)->summary);
            rows.emplace_back(name, brief(metricOf(name, evaluation), 6));
        }
        output.value(Value::object({{"metrics", metrics},
                                    {"samples", evaluation.samples},
                                    {"tokens", evaluation.tokens},
                                    {"definitions", definitions}}));
        output.facts(rows);
        return 0;
    };
}

} // namespace engine::worker::verbs
