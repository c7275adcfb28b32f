// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/evaluate/evaluation.h"

#include "engine/device/failure.h"
#include "engine/objectives/registry.h"
#include "engine/text/embedding_rows.h"
#include "engine/worker/catalogue.h"
#include "engine/worker/model_session.h"
#include "engine/worker/section_data.h"
#include "engine/worker/template_use.h"
#include "engine/worker/verbs/verbs.h"
#include "engine/worker/work_progress.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

namespace engine::worker::verbs {

namespace {

using contract::Value;

struct Options
{
    ModelOptions model;
    DataOptions data;
    std::vector<std::string> metrics;
};

constexpr const char* kLossByRank = "loss_by_rank";

Value metricOf(const std::string& name, const engine::evaluate::Evaluation& evaluation)
{
    if (name == kLossByRank) {
        return Value::list(evaluation.lossByRank);
    }
    if (name == "loss") {
        return evaluation.loss;
    }
    return name == "perplexity" ? evaluation.perplexity() : evaluation.accuracy;
}

// Those asked for, or all that can be told.
std::vector<std::string> metricsOf(const Options& options, bool hasNestedRanks)
{
    std::vector<std::string> metrics = options.metrics;
    if (metrics.empty()) {
        metrics = {"loss", "perplexity", "token_accuracy"};
        if (hasNestedRanks) {
            metrics.emplace_back(kLossByRank);
        }
    }
    if (!hasNestedRanks && std::ranges::find(metrics, kLossByRank) != metrics.end()) {
        throw Failure(code::kBadArgument,
                      "--metrics: loss_by_rank takes one adapter with nested ranks and no --rank",
                      "Give the adapter of a dylora run",
                      "--metrics");
    }
    return metrics;
}

std::string readable(const Value& metric)
{
    if (!metric.isList()) {
        return brief(metric.toDouble(), 6);
    }
    std::string text;
    for (const Value& each : metric.toList()) {
        text += (text.empty() ? "" : " ") + brief(each.toDouble(), 6);
    }
    return text;
}

} // namespace

Action evaluate(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    addModelOptions(app, options->model);
    app.add_option("--data", options->data.section.path, "Data file")->required();
    app.add_option("--metrics",
                   options->metrics,
                   "loss, perplexity, token_accuracy, loss_by_rank; all that apply without it")
        ->delimiter(',')
        ->check(CLI::IsMember({"loss", "perplexity", "token_accuracy", kLossByRank}));
    addDataOptions(app, options->data);
    return [options](const CommonOptions& common, Output& output) {
        ModelSession session(options->model, common);
        const methods::NestedRanks* const ranks =
            options->model.rank > 0 ? nullptr : session.nestedRanks();
        const std::vector<std::string> names = metricsOf(*options, ranks != nullptr);
        contract::DataSection section = dataSection(options->data);
        section.maxLength = std::min(section.maxLength, session.decoder().textContext());
        const text::TemplateChoice format =
            templateFor(section.chatTemplate, options->model.adapters, session.tokenizer());
        section.chatTemplate = format.name;
        const text::Renderer renderer(session.tokenizer(), renderSettings(section));
        const objectives::Objective& objective = *objectives::findObjective("causal_lm");
        WorkProgress work(output, false);
        data::LoadSettings settings = loadSettings(section);
        settings.progress = work.reading();
        const data::Dataset dataset = data::loadDataset(section.path, settings);
        const auto prepared = objective.prepare(dataset, renderer);
        text::requireRows(
            prepared.samples, session.folder().blueprint().vocabulary, session.tokenizer());
        if (prepared.samples.empty()) {
            throw Failure(code::kBadData,
                          "no sample holds a trained token",
                          "See `lora-engine preview`",
                          section.path);
        }
        const bool isByRank = std::ranges::find(names, kLossByRank) != names.end();
        const engine::evaluate::Evaluation evaluation =
            isByRank ? engine::evaluate::evaluateByRank(
                session.decoder(), objective, prepared.samples, section.maxLength, *ranks)
                     : engine::evaluate::evaluate(
                         session.decoder(), objective, prepared.samples, section.maxLength);
        Value metrics = Value::Object();
        Value definitions = Value::Object();
        std::vector<std::pair<std::string, std::string>> rows = {
            {"template", templateText(format)}};
        const contract::Catalog catalog = catalogue();
        for (const std::string& name : names) {
            metrics.set(name, metricOf(name, evaluation));
            definitions.set(name, contract::findEntry(catalog.metrics, name)->summary);
            rows.emplace_back(name, readable(metrics[name]));
        }
        Value answer = Value::object({{"metrics", metrics},
                                      {"samples", evaluation.samples},
                                      {"tokens", evaluation.tokens},
                                      {"template", templateValue(format)},
                                      {"definitions", definitions}});
        if (settings.edits) {
            answer.set("edits", editsValue(settings.edits, {&dataset}));
        }
        answer.set("notes", session.notes());
        output.value(answer);
        output.facts(rows);
        return 0;
    };
}

} // namespace engine::worker::verbs
