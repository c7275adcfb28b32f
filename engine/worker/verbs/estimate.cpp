// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/estimate/estimate.h"
#include "engine/estimate/weight_bytes.h"

#include "engine/device/dtypes.h"
#include "engine/device/files.h"
#include "engine/methods/demands.h"
#include "engine/models/model_folder.h"
#include "engine/worker/job_options.h"
#include "engine/worker/verbs/verbs.h"

#include <memory>

namespace engine::worker::verbs {

namespace {

using contract::Value;

struct Options
{
    JobOptions job;
    std::string config;
    bool methods = false;
};

struct Base
{
    nn::Blueprint blueprint;
    engine::estimate::HeldWeights held;
    bool isStoredPacked = false;
};

// As loadDecoder holds it: numbers in the stored dtype unless the job names one.
engine::estimate::HeldWeights
heldWeights(const contract::Job& job, at::ScalarType stored, const models::BaseFormat& format)
{
    const at::ScalarType dtype = device::dtypeOf(job.model.dtype).value_or(stored);
    return {static_cast<int64_t>(device::bytesOf(dtype)),
            format.quantization,
            format.isDouble,
            format.hasEmbeddings};
}

Base baseOf(const Options& options, const contract::Job& job)
{
    const models::BaseFormat asked = {models::quantizationNamed(job.model.quantization),
                                      job.model.doubleQuant,
                                      job.model.quantizeEmbeddings};
    if (!options.config.empty()) {
        const models::ModelConfig config = models::ModelConfig::read(options.config);
        const at::ScalarType stored = device::dtypeOf(config.dtype()).value_or(at::kFloat);
        const models::StoredQuantization packed = models::storedQuantizationOf(config);
        const models::BaseFormat format =
            packed.isNone()
                ? asked
                : models::BaseFormat{packed.kind, packed.doubleQuant, asked.hasEmbeddings};
        return {models::familyOf(config).blueprint(config),
                heldWeights(job, stored, format),
                !packed.isNone()};
    }
    const models::ModelFolder folder = models::ModelFolder::open(job.model.path);
    folder.requireSound();
    return {folder.blueprint(),
            heldWeights(job, folder.storedDtype(), models::heldFormat(folder, asked)),
            !folder.storedQuantization().isNone()};
}

// What training holds beside activations: the base, and of what is trained the numbers and
// gradients in float32 and both moments.
Value bytesValue(int64_t weights, const engine::estimate::Estimate& trained)
{
    const int64_t values = trained.trainableParameters * int64_t{sizeof(float)};
    return Value::object({{"weights", weights},
                          {"adapters", values},
                          {"gradients", values},
                          {"optimizer", trained.momentBytes}});
}

Value targetList(const std::vector<methods::PlannedTarget>& targets)
{
    Value list = Value::List();
    for (const methods::PlannedTarget& target : targets) {
        list.append(Value::object({{"name", target.name},
                                   {"module", target.module},
                                   {"short_name", target.shortName},
                                   {"layer", target.layer},
                                   {"rank", target.rank},
                                   {"scale", target.scale},
                                   {"parameters", target.parameters}}));
    }
    return list;
}

Value partList(const std::vector<engine::estimate::Part>& parts)
{
    Value list = Value::List();
    for (const engine::estimate::Part& part : parts) {
        list.append(Value::object({{"id", part.id},
                                   {"name", part.name},
                                   {"layers", part.layers},
                                   {"parameters", part.parameters}}));
    }
    return list;
}

Value outlookList(const nn::Blueprint& blueprint)
{
    Value list = Value::List();
    for (const engine::estimate::Outlook& outlook : engine::estimate::outlooks(blueprint)) {
        Value entry = Value::object({{"id", outlook.method}});
        if (outlook.refusal.empty()) {
            entry.set("trainable", outlook.trainableParameters);
        } else {
            entry.set("refusal", outlook.refusal);
        }
        list.append(entry);
    }
    return list;
}

} // namespace

Action estimate(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    addJobOptions(app, options->job);
    app.add_option("--config", options->config, "config.json: a plan without weights");
    app.add_flag("--methods",
                 options->methods,
                 "Also what every method would train with its default settings");
    return [options](const CommonOptions& common, Output& output) {
        const auto use = options->config.empty() ? contract::JobUse::Train : contract::JobUse::Plan;
        const contract::Job job = jobOf(options->job, common, use);
        const auto [blueprint, held, isStoredPacked] = baseOf(*options, job);
        methods::requireTrainable(
            job,
            blueprint,
            {held.quantization != kernels::Quantization::None, isStoredPacked, held.hasEmbeddings});
        const int64_t weightBytes = engine::estimate::weightBytes(blueprint, held);
        const engine::estimate::Estimate result = engine::estimate::estimate(job, blueprint);
        Value answer = Value::object({
            {"parameters",
             Value::object(
                 {{"total", result.totalParameters}, {"trainable", result.trainableParameters}})},
            {"adapter_bytes", result.adapterBytes},
            {"checkpoint_bytes", result.checkpointBytes},
            {"disk_bytes", result.diskBytes},
            {"trained_bytes", result.trainedBytes},
            {"bytes", bytesValue(weightBytes, result)},
            {"virtual_tokens", result.virtualTokens},
            {"targets", targetList(result.targets)},
            {"parts", partList(result.parts)},
        });
        if (options->methods) {
            answer.set("methods", outlookList(blueprint));
        }
        output.value(answer);
        const double share = 100.0 * static_cast<double>(result.trainableParameters)
                             / static_cast<double>(result.totalParameters);
        const auto bytes = [](int64_t count) {
            return device::readableBytes(static_cast<uint64_t>(count));
        };
        output.facts(
            {{"parameters", grouped(result.totalParameters)},
             {"trained", grouped(result.trainableParameters) + " (" + brief(share, 3) + " %)"},
             {"base in memory", bytes(weightBytes)},
             {"adapter", bytes(result.adapterBytes)},
             {"disk for the run", bytes(result.diskBytes)}});
        return 0;
    };
}

} // namespace engine::worker::verbs
