// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/exporters/registry.h"
#include "engine/worker/event_writer.h"
#include "engine/worker/model_session.h"
#include "engine/worker/verbs/verbs.h"

#include <algorithm>
#include <chrono>
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
    bool foldScale = false;
    bool noVerify = false;
    bool progress = false;
};

Value reportValue(const exporters::ExportReport& report)
{
    Value files = Value::List();
    for (const contract::OutputFile& file : report.files) {
        files.append(contract::outputFileSchema().toValue(file));
    }
    Value value = Value::object({{"files", files}, {"verification", Value()}});
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

void print(const Options& options, const exporters::ExportReport& report, Output& output)
{
    output.line("wrote " + options.out);
    for (const contract::OutputFile& file : report.files) {
        output.line("  " + file.path + "  "
                    + device::readableBytes(static_cast<uint64_t>(file.bytes)));
    }
    if (report.verification) {
        output.line("verified against base + adapter: logits differ by at most "
                    + brief(report.verification->maxAbsDiff, 3) + " (allowed "
                    + brief(report.verification->tolerance, 3) + "), same first token at "
                    + brief(100 * report.verification->top1Agreement, 4) + " % of positions");
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
        request.verify = !options->noVerify;
        if (options->progress && output.isJson()) {
            request.onProgress = progressEvents(output);
        }
        const exporters::ExportReport report = exporter.run(request);
        output.value(reportValue(report));
        print(*options, report, output);
        return 0;
    };
}

} // namespace engine::worker::verbs
