// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/estimate/estimate.h"

#include "engine/device/dtypes.h"
#include "engine/device/files.h"
#include "engine/device/memory.h"
#include "engine/estimate/memory_plan.h"
#include "engine/estimate/step_memory.h"
#include "engine/kernels/registry.h"
#include "engine/methods/combination.h"
#include "engine/methods/demands.h"
#include "engine/models/held_dtype.h"
#include "engine/worker/gpu.h"
#include "engine/worker/job_options.h"
#include "engine/worker/step_plan.h"
#include "engine/worker/verbs/verbs.h"

#include <CLI/CLI.hpp>

#include <algorithm>
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
    at::ScalarType stored = at::kFloat;
    at::ScalarType held = at::kFloat; // by the processor, unless the job names another
    models::BaseFormat format;
    bool isStoredPacked = false;
};

Base baseOf(const Options& options, const contract::Job& job, at::ScalarType compute)
{
    const models::BaseFormat asked = {models::quantizationNamed(job.model.quantization),
                                      job.model.doubleQuant,
                                      job.model.quantizeEmbeddings};
    if (!options.config.empty()) {
        const models::ModelConfig config = models::ModelConfig::read(options.config);
        const at::ScalarType stored = device::dtypeOf(config.dtype()).value_or(at::kFloat);
        const models::StoredQuantization packed = models::storedQuantizationOf(config);
        return {models::blueprintOf(config),
                stored,
                models::heldDtype(stored, compute),
                packed.isNone()
                    ? asked
                    : models::BaseFormat{packed.kind, packed.doubleQuant, asked.hasEmbeddings},
                !packed.isNone()};
    }
    const models::ModelFolder folder = models::ModelFolder::open(job.model.path);
    folder.requireSound();
    return {folder.blueprint(),
            folder.storedDtype(),
            models::heldDtype(folder, compute),
            models::heldFormat(folder, asked),
            !folder.storedQuantization().isNone()};
}

int64_t sizeOf(at::ScalarType dtype)
{
    return static_cast<int64_t>(device::bytesOf(dtype));
}

engine::estimate::HeldWeights heldWeights(at::ScalarType held, const models::BaseFormat& format)
{
    return {sizeOf(held), format.quantization, format.isDouble, format.hasEmbeddings};
}

// The peak of a step, and what it was counted for.
struct Peak
{
    engine::estimate::StepMemory step; // `workspace` holds the program too
    int64_t program = 0;
    int64_t tokens = 0;
    int64_t threads = 0; // 0: on a GPU
    nn::Recompute recompute = nn::Recompute::None;
    bool keepsCopies = false; // on the processor: dense weights stay packed

    int64_t total(const engine::estimate::Estimate& trained) const
    {
        return step.weights + trained.trainedBytes + step.activations + step.workspace;
    }
};

// The data are not read: every text is as long as it may be.
MicroBatchSize batchOf(const contract::Job& job, int64_t maxLength)
{
    return microBatchSize(job, {maxLength}, maxLength);
}

Peak onProcessor(const contract::Job& job,
                 const Base& base,
                 at::ScalarType compute,
                 const MicroBatchSize& batch,
                 int64_t longest,
                 int64_t trainedBytes)
{
    const at::ScalarType held = heldDtype(job, compute, base.held);
    Peak peak;
    peak.threads = job.runtime.threads > 0 ? job.runtime.threads : device::physicalCores();
    peak.recompute = recomputeNamed(job.training.recompute).value_or(nn::Recompute::None);
    const engine::estimate::HeldWeights weights = heldWeights(held, base.format);
    const engine::estimate::MemoryPlan plan =
        engine::estimate::planMemory(base.blueprint, weights, sizeOf(compute), 0);
    const int64_t tokenBytes = plan.tokenBytes[static_cast<std::size_t>(peak.recompute)];
    peak.tokens = batch.tokens * microBatchesTogether(job, batch, tokenBytes);
    engine::estimate::StepSettings settings{peak.tokens,
                                            std::min(longest, batch.tokens),
                                            compute,
                                            weights,
                                            sizeOf(base.stored),
                                            peak.recompute,
                                            peak.threads};
    settings.startsInside = methods::savedBeside(job.method, base.blueprint) > 0;
    peak.program = engine::estimate::kProgramBytes;
    peak.step = fittingStep(methods::planOf(job.method, base.blueprint),
                            base.blueprint,
                            settings,
                            trainedBytes + peak.program);
    peak.keepsCopies = settings.keepsCopies;
    peak.step.workspace += peak.program;
    return peak;
}

Peak onGpu(const contract::Job& job,
           const Base& base,
           at::ScalarType compute,
           const MicroBatchSize& batch,
           const std::string& device,
           int64_t trainedBytes)
{
    const at::ScalarType held = heldDtype(job, compute, compute);
    const engine::estimate::MemoryPlan plan = engine::estimate::planMemory(
        base.blueprint,
        heldWeights(held, base.format),
        sizeOf(compute),
        trainedBytes,
        gpuState().isAvailable ? kernels::deviceKernels().attentionBytes(at::Device(device)) : 0);
    const std::optional<nn::Recompute> wanted = recomputeNamed(job.training.recompute);
    engine::estimate::StepChoice choice{wanted.value_or(nn::Recompute::None), 1};
    if (gpuState().isAvailable) {
        const int64_t room = kernels::deviceKernels().freeBytes(at::Device(device));
        // Where nothing fits, what would need the least.
        const engine::estimate::StepChoice least{wanted.value_or(nn::Recompute::Block),
                                                 batch.units};
        choice = engine::estimate::chooseStep(plan, batch.tokens, batch.units, room, wanted)
                     .value_or(least);
    }
    Peak peak;
    peak.tokens = batch.tokens / choice.parts;
    peak.recompute = choice.recompute;
    peak.step.weights = plan.weightBytes;
    peak.step.activations =
        peak.tokens * plan.tokenBytes[static_cast<std::size_t>(choice.recompute)];
    peak.step.workspace = plan.fixedBytes;
    return peak;
}

Peak peakOf(const contract::Job& job,
            const Base& base,
            at::ScalarType compute,
            const std::string& device,
            const engine::estimate::Estimate& trained)
{
    const int64_t maxLength = std::max<int64_t>(
        std::min(job.data.maxLength, base.blueprint.context - trained.virtualTokens), 1);
    const MicroBatchSize batch = batchOf(job, maxLength);
    return device == "cpu" ? onProcessor(
               job, base, compute, batch, maxLength + trained.virtualTokens, trained.trainedBytes)
                           : onGpu(job, base, compute, batch, device, trained.deviceBytes);
}

Value bytesValue(const Peak& peak, const engine::estimate::Estimate& trained)
{
    constexpr int64_t kFloatBytes = 4;
    const int64_t numbers = trained.trainableParameters * kFloatBytes;
    Value bytes = Value::object({{"weights", peak.step.weights},
                                 {"adapters", numbers},
                                 {"gradients", numbers},
                                 {"optimizer", trained.momentBytes}});
    if (peak.step.isCounted) {
        bytes.set("activations", peak.step.activations);
        bytes.set("workspace", peak.step.workspace);
        bytes.set("total", peak.total(trained));
        bytes.set("program", peak.program);
    }
    return bytes;
}

Value stepValue(const Peak& peak)
{
    return Value::object({{"tokens", peak.tokens},
                          {"threads", peak.threads},
                          {"recompute", std::string(nameOf(peak.recompute))},
                          {"packed_copies", peak.keepsCopies},
                          {"composed_blocks", peak.step.composedBlocks}});
}

std::string readable(int64_t bytes)
{
    return device::readableBytes(static_cast<uint64_t>(bytes));
}

std::vector<std::pair<std::string, std::string>>
memoryFacts(const Peak& peak, const engine::estimate::Estimate& trained)
{
    std::vector<std::pair<std::string, std::string>> facts = {
        {"base in memory", readable(peak.step.weights)},
        {"trained in memory", readable(trained.trainedBytes)}};
    if (!peak.step.isCounted) {
        facts.emplace_back("activations", "not known for this method");
        return facts;
    }
    facts.emplace_back("activations",
                       readable(peak.step.activations) + " of " + grouped(peak.tokens)
                           + " tokens a step");
    facts.emplace_back(
        "workspace",
        readable(peak.step.workspace)
            + (peak.program > 0 ? ", " + readable(peak.program) + " of it the program" : ""));
    facts.emplace_back("memory at most", readable(peak.total(trained)));
    return facts;
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
        const std::string device = deviceNamed(job.runtime.device);
        const at::ScalarType compute = computeDtype(job, device);
        const Base base = baseOf(*options, job, compute);
        const nn::Blueprint& blueprint = base.blueprint;
        methods::requireTrainable(job,
                                  blueprint,
                                  {base.format.quantization != kernels::Quantization::None,
                                   base.isStoredPacked,
                                   base.format.hasEmbeddings});
        const engine::estimate::Estimate result = engine::estimate::estimate(job, blueprint);
        const Peak peak = peakOf(job, base, compute, device, result);
        Value answer = Value::object({
            {"parameters",
             Value::object(
                 {{"total", result.totalParameters}, {"trainable", result.trainableParameters}})},
            {"adapter_bytes", result.adapterBytes},
            {"checkpoint_bytes", result.checkpointBytes},
            {"disk_bytes", result.diskBytes},
            {"trained_bytes", result.trainedBytes},
            {"bytes", bytesValue(peak, result)},
            {"step", stepValue(peak)},
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
        std::vector<std::pair<std::string, std::string>> facts = {
            {"parameters", grouped(result.totalParameters)},
            {"trained", grouped(result.trainableParameters) + " (" + brief(share, 3) + " %)"},
            {"adapter", readable(result.adapterBytes)},
            {"disk for the run", readable(result.diskBytes)}};
        const auto memory = memoryFacts(peak, result);
        facts.insert(facts.end(), memory.begin(), memory.end());
        output.facts(facts);
        return 0;
    };
}

} // namespace engine::worker::verbs
