// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/failure.h"
#include "engine/worker/data_report.h"
#include "engine/worker/verbs/verbs.h"

#include <memory>

namespace engine::worker::verbs {

namespace {

struct Options
{
    std::string path;
    std::string format = "auto";
    std::vector<std::string> map;
    std::string model;
    std::string chatTemplate = "auto";
    std::string mask = "answers";
    std::string truncate = "left";
    int64_t maxLength = 2048;
    int64_t first = 0;
    int64_t rows = 0;
};

void print(const data::Dataset& dataset, const contract::Value& value, Output& output)
{
    output.facts({
        {"format", dataset.format},
        {"encoding", dataset.encoding},
        {"rows", grouped(dataset.rows)},
        {"good", grouped(dataset.good)},
        {"dropped", grouped(static_cast<int64_t>(dataset.dropped.size()))},
        {"sha256", dataset.sha256},
    });
    for (const data::Problem& problem : dataset.dropped) {
        output.line("  dropped line " + std::to_string(problem.line) + ": " + problem.message);
    }
    for (const data::Problem& problem : dataset.notices) {
        output.line("  notice  line " + std::to_string(problem.line) + ": " + problem.message);
    }
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
    app.add_option(
           "path,--data", options->path, "Data file, or a folder with train and valid files")
        ->required();
    app.add_option("--format", options->format, "Data format id")->capture_default_str();
    app.add_option("--map", options->map, "column=role, may be given several times")->take_all();
    app.add_option("--model", options->model, "Model folder: adds the lengths in its tokens");
    app.add_option("--max-length", options->maxLength, "Longest sample, in tokens")
        ->capture_default_str();
    app.add_option("--template", options->chatTemplate, "As for preview")->capture_default_str();
    app.add_option("--mask", options->mask, "As for preview")->capture_default_str();
    app.add_option("--truncate", options->truncate, "As for preview")->capture_default_str();
    app.add_option("--first", options->first, "Good rows to pass over")
        ->capture_default_str()
        ->check(CLI::Range(int64_t{0}, int64_t{1} << 40));
    app.add_option("--rows", options->rows, "Good rows to list with their turns")
        ->capture_default_str()
        ->check(CLI::Range(0, 1000));
    return [options](const CommonOptions&, Output& output) {
        contract::DataSection section;
        section.path = options->path;
        section.format = options->format;
        section.columns = columnRoles(options->map);
        section.maxLength = options->maxLength;
        section.chatTemplate = options->chatTemplate;
        section.mask = options->mask;
        section.truncate = options->truncate;
        const bool keepsAll = !options->model.empty(); // all are tokenized
        const data::Dataset dataset =
            keepsAll ? loadData(section) : loadData(section, options->first, options->rows);
        contract::Value value = datasetValue(dataset);
        if (!options->model.empty()) {
            const text::Tokenizer tokenizer = text::Tokenizer::load(options->model);
            const text::Renderer renderer(tokenizer, renderSettings(section));
            const auto prepared =
                objectives::findObjective("causal_lm")->prepare(dataset, renderer);
            value.set("template", renderer.resolvedTemplate());
            value.set("findings", findingCounts(prepared));
            value.set("lengths", lengthsValue(prepared, tokenizer, options->maxLength));
        }
        if (options->rows > 0) {
            value.set("records", recordsValue(dataset, options->first, options->rows));
        }
        output.value(value);
        print(dataset, value, output);
        return 0;
    };
}

} // namespace engine::worker::verbs
