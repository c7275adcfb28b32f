// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/exporters/registry.h"
#include "engine/models/stored_quantization.h"
#include "engine/objectives/registry.h"
#include "engine/text/embedding_rows.h"
#include "engine/worker/event_writer.h"
#include "engine/worker/model_session.h"
#include "engine/worker/section_data.h"
#include "engine/worker/template_use.h"
#include "engine/worker/verbs/verbs.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

namespace engine::worker::verbs {

namespace {

using contract::Value;

struct Options
{
    ModelOptions model;
    std::string format = "merged";
    std::string out;
    uint64_t shardBytes = 0;
    std::string base; // "", "original", "dequantized"
    contract::DataSection data;
    bool foldScale = false;
    bool noVerify = false;
    bool progress = false;
};

// The form in which the adapters saw the base: as --quantization says, else as they record it.
// Throws Failure(bad_argument) where they differ.
models::BaseFormat seenForm(const CommonOptions& common,
                            const std::vector<exporters::ScaledAdapter>& adapters)
{
    if (common.quantization != "none") {
        return baseFormat(common);
    }
    const exporters::ScaledAdapter* first = nullptr;
    for (const exporters::ScaledAdapter& adapter : adapters) {
        const adapters::BaseQuantization& quantization = adapter.stored.baseQuantization;
        if (!quantization.isPacked()) {
            continue;
        }
        if (first != nullptr && !first->stored.baseQuantization.isSameForm(quantization)) {
            throw Failure(code::kBadArgument,
                          "the adapters were trained on the base in "
                              + adapters::describe(first->stored.baseQuantization) + " and in "
                              + adapters::describe(quantization),
                          "Say with --quantization which form counts, or export them one by one",
                          adapter.stored.path.string());
        }
        first = &adapter;
    }
    if (first == nullptr) {
        return {};
    }
    const adapters::BaseQuantization& quantization = first->stored.baseQuantization;
    return {models::quantizationNamed(quantization.kind),
            quantization.doubleQuant,
            quantization.embeddings};
}

// In the template that the adapters were trained with, unless another is asked for.
std::vector<text::TokenSample> samplesOf(contract::DataSection section,
                                         const models::ModelFolder& model,
                                         const std::vector<std::string>& adapters)
{
    section.maxLength = std::min(section.maxLength, model.blueprint().context);
    const text::Tokenizer tokenizer = text::Tokenizer::load(model.path().string());
    section.chatTemplate = templateFor(section.chatTemplate, adapters, tokenizer).name;
    const text::Renderer renderer(tokenizer, renderSettings(section));
    const auto prepared =
        objectives::findObjective("causal_lm")->prepare(loadData(section), renderer);
    text::requireRows(prepared.samples, model.blueprint().vocabulary, tokenizer);
    return prepared.samples;
}

Value comparisonValue(const exporters::MergeComparison& comparison)
{
    const auto nllValue = [](std::optional<double> nll) { return nll ? Value(*nll) : Value(); };
    Value merges = Value::List();
    for (const exporters::MergeMeasure& merge : comparison.merges) {
        merges.append(Value::object({{"base", exporters::nameOf(merge.base)},
                                     {"max_abs_diff", merge.difference.maxAbsDiff},
                                     {"mean_kl", std::max(merge.difference.meanKl, 0.0)},
                                     {"top1_agreement", merge.difference.top1Agreement},
                                     {"nll", nllValue(merge.nll)}}));
    }
    const bool isNf4 = comparison.seen.quantization == kernels::Quantization::Nf4;
    return Value::object({{"quantization", models::nameOf(comparison.seen.quantization)},
                          {"double_quant", isNf4 && comparison.seen.isDouble},
                          {"embeddings", comparison.seen.hasEmbeddings},
                          {"nll", nllValue(comparison.nll)},
                          {"merges", merges},
                          {"written", exporters::nameOf(comparison.written)}});
}

Value reportValue(const exporters::ExportReport& report)
{
    Value files = Value::List();
    for (const contract::OutputFile& file : report.files) {
        files.append(contract::outputFileSchema().toValue(file));
    }
    Value notes = Value::List();
    for (const std::string_view note : report.notes) {
        notes.append(note);
    }
    Value value = Value::object({{"files", files}, {"verification", Value()}, {"notes", notes}});
    value.set("comparison", report.comparison ? comparisonValue(*report.comparison) : Value());
    if (report.verification) {
        const exporters::Verification& check = *report.verification;
        value.set("verification",
                  Value::object({{"max_abs_diff", check.maxAbsDiff},
                                 {"mean_kl", std::max(check.meanKl, 0.0)},
                                 {"top1_agreement", check.top1Agreement},
                                 {"tolerance", check.tolerance},
                                 {"passed", check.passed}}));
    }
    return value;
}

// Both merges beside each other, against the adapters on the base as they saw it.
void printComparison(const exporters::MergeComparison& comparison,
                     bool isStoredPacked,
                     Output& output)
{
    const auto nllText = [](std::optional<double> nll) {
        return nll ? ", nll " + brief(*nll, 6) : std::string();
    };
    output.line("against the adapter on the "
                + std::string(models::nameOf(comparison.seen.quantization)) + " base"
                + nllText(comparison.nll) + ":");
    for (const exporters::MergeMeasure& merge : comparison.merges) {
        output.line("  merged into the " + std::string(exporters::nameOf(merge.base))
                    + " weights: logits differ by at most " + brief(merge.difference.maxAbsDiff, 3)
                    + ", mean KL " + brief(std::max(merge.difference.meanKl, 0.0), 3)
                    + ", same first token at " + brief(100 * merge.difference.top1Agreement, 4)
                    + " % of positions" + nllText(merge.nll));
    }
    if (comparison.merges.size() == 1) {
        output.line(
            isStoredPacked
                ? "  the base is stored packed: there are no original weights to merge into"
                : "  the adapter began with a correction of what packing took away (loftq), "
                  "which the original weights would get twice");
    }
}

void print(const Options& options,
           const exporters::ExportReport& report,
           bool isStoredPacked,
           Output& output)
{
    output.line("wrote " + options.out);
    for (const contract::OutputFile& file : report.files) {
        output.line("  " + file.path + "  "
                    + device::readableBytes(static_cast<uint64_t>(file.bytes)));
    }
    if (report.verification) {
        output.line("verified against base + adapter: logits differ by at most "
                    + brief(report.verification->maxAbsDiff, 3)
                    + (std::isfinite(report.verification->tolerance)
                           ? " (allowed " + brief(report.verification->tolerance, 3) + ")"
                           : " (what packing costs has no limit)")
                    + ", same first token at " + brief(100 * report.verification->top1Agreement, 4)
                    + " % of positions");
    }
    if (report.comparison) {
        printComparison(*report.comparison, isStoredPacked, output);
    }
    for (const std::string_view note : report.notes) {
        output.line("note: " + std::string(note));
    }
}

// `progress` events as the conversation has them, a few each second and always the last.
auto progressEvents(Output& output)
{
    using Clock = std::chrono::steady_clock;
    auto events = std::make_shared<EventWriter>(
        [&output](const contract::Message&, const std::string& line) { output.write(line); });
    auto last = std::make_shared<Clock::time_point>();
    return [events, last](int64_t done, int64_t total) {
        const auto now = Clock::now();
        if (done == total || now - *last > std::chrono::milliseconds(100)) {
            *last = now;
            events->send(contract::event::Progress{"exporting", done, total});
        }
    };
}

const exporters::Exporter& exporterOf(const std::string& id)
{
    std::string known;
    for (const exporters::Exporter* exporter : exporters::exporters()) {
        if (exporter->id == id) {
            return *exporter;
        }
        known += (known.empty() ? "" : ", ") + std::string(exporter->id);
    }
    throw Failure(
        code::kBadArgument, "--format: expected one of " + known + ", got " + id, "", "--format");
}

} // namespace

Action exportModel(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    addModelOptions(app, options->model);
    app.add_option("--format", options->format, "Exporter id; `describe` lists them")->required();
    app.add_option("--out", options->out, "Folder to write; must not exist or be empty")
        ->required();
    app.add_option(
           "--shard-size", options->shardBytes, "Largest weight file, for example 5GB; 0 = 5 GB")
        ->transform(CLI::AsSizeValue(true));
    app.add_option("--base",
                   options->base,
                   "Merge into the original weights or into what their packed form stands for; "
                   "without it the original, where the model holds them and no adapter corrects "
                   "their packed form")
        ->check(CLI::IsMember({"original", "dequantized"}));
    app.add_option("--data",
                   options->data.path,
                   "Of a packed base: also the loss of both merges on this data file");
    app.add_option("--template", options->data.chatTemplate, "Template for --data")
        ->capture_default_str();
    app.add_option("--mask", options->data.mask, "Mask for --data")->capture_default_str();
    app.add_option("--max-length", options->data.maxLength, "Longest sample of --data")
        ->capture_default_str();
    app.add_flag(
        "--fold-scale", options->foldScale, "Write the whole scale into lora_B (alpha = rank)");
    app.add_flag("--no-verify", options->noVerify, "Publish without comparing with base + adapter");
    app.add_flag("--progress", options->progress, "With --json: progress events before the answer");
    return [options](const CommonOptions& common, Output& output) {
        const exporters::Exporter& exporter = exporterOf(options->format);
        std::vector<std::filesystem::path> inputs = {options->model.model};
        for (const std::string& adapter : options->model.adapters) {
            inputs.push_back(adapters::parseAdapterArgument(adapter).path);
        }
        device::requireNewTarget(options->out, inputs);
        prepareDevice(common);
        const models::ModelFolder model = models::ModelFolder::open(options->model.model);
        exporters::ExportRequest request{
            model,
            readAdapters(options->model.adapters, model.blueprint(), options->model.rank),
            options->out,
            {}};
        for (const exporters::ScaledAdapter& adapter : request.adapters) {
            exporters::requireAccepted(exporter, adapter.state);
        }
        if (!common.dtype.empty()) {
            request.dtype = dtypeOption(common, at::kFloat);
        }
        request.shardBytes = options->shardBytes;
        request.foldScale = options->foldScale;
        request.seen = seenForm(common, request.adapters);
        request.doubleQuant = common.doubleQuant;
        if (!options->data.path.empty()) {
            request.samples = samplesOf(options->data, model, options->model.adapters);
        }
        if (!options->base.empty()) {
            request.base = options->base == "original" ? exporters::MergeBase::Original
                                                       : exporters::MergeBase::Dequantized;
        }
        request.verify = !options->noVerify;
        if (options->progress && output.isJson()) {
            request.onProgress = progressEvents(output);
        }
        const exporters::ExportReport report = exporter.run(request);
        output.value(reportValue(report));
        print(*options, report, !model.storedQuantization().isNone(), output);
        return 0;
    };
}

} // namespace engine::worker::verbs
