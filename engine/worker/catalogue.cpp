// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/catalogue.h"

#include "engine/contract/message.h"
#include "engine/contract/text.h"
#include "engine/data/formats/registry.h"
#include "engine/data/presets.h"
#include "engine/device/device.h"
#include "engine/exporters/registry.h"
#include "engine/kernels/registry.h"
#include "engine/methods/registry.h"
#include "engine/models/registry.h"
#include "engine/objectives/registry.h"
#include "engine/worker/gpu.h"

namespace engine::worker {

namespace {

using contract::CatalogEntry;

CatalogEntry entry(std::string_view id, std::string_view name, std::string_view summary)
{
    return {std::string(id), std::string(name), std::string(summary), {}};
}

template <typename Registered>
std::vector<CatalogEntry> entriesOf(std::span<const Registered* const> registry)
{
    std::vector<CatalogEntry> entries;
    for (const Registered* item : registry) {
        entries.push_back(entry(item->id, item->name, item->summary));
    }
    return entries;
}

std::string_view nameOf(methods::Effect effect)
{
    using methods::Effect;
    if (effect == Effect::LowRank) {
        return "low_rank";
    }
    if (effect == Effect::Replaces) {
        return "replaces";
    }
    return effect == Effect::Adds ? "adds" : "scales";
}

// Which adapters the exporters have a form for.
void addAcceptedMethods(std::vector<CatalogEntry>& entries)
{
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const exporters::Exporter& exporter = *exporters::exporters()[i];
        for (const methods::Method* method : methods::methods()) {
            if (exporter.accepts(*method)) {
                entries[i].accepts.emplace_back(method->id);
            }
        }
        entries[i].refusal = exporter.refusal;
    }
}

std::vector<contract::DataPreset> dataPresets()
{
    std::vector<contract::DataPreset> entries;
    for (const data::Preset& preset : data::presets()) {
        contract::DataPreset& entry = entries.emplace_back();
        entry.id = preset.id;
        entry.name = preset.name;
        entry.summary = preset.summary;
        entry.format = preset.format;
        for (const auto& [column, role] : preset.roles) {
            entry.columns.set(column, role);
        }
        entry.detected = preset.isDetected;
    }
    return entries;
}

} // namespace

const contract::JobRegistry& jobRegistry()
{
    static const contract::JobRegistry registry = [] {
        contract::JobRegistry all;
        for (const methods::Method* method : methods::methods()) {
            contract::MethodSchema schema;
            schema.id = method->id;
            schema.settings = method->schema();
            schema.learningRate = method->learningRate;
            all.methods.push_back(std::move(schema));
        }
        for (const data::Format* format : data::formats::all()) {
            all.formats.emplace_back(format->id);
        }
        for (const data::Preset& preset : data::presets()) {
            all.formats.emplace_back(preset.id);
        }
        for (const exporters::Exporter* exporter : exporters::exporters()) {
            all.exporters.emplace_back(exporter->id);
        }
        return all;
    }();
    return registry;
}

contract::Catalog catalogue()
{
    contract::Catalog catalog;
    catalog.version = version();
    catalog.protocol = contract::kProtocolVersion;
    for (const device::DeviceFacts& facts : device::describeDevices()) {
        catalog.devices.push_back(
            {facts.id, facts.name, static_cast<int64_t>(facts.memoryBytes), facts.dtypes});
    }
    if (gpuState().isAvailable) {
        for (const device::DeviceFacts& facts : kernels::deviceKernels().devices()) {
            catalog.devices.push_back(
                {facts.id, facts.name, static_cast<int64_t>(facts.memoryBytes), facts.dtypes});
        }
    }
    catalog.cuda.available = gpuState().isAvailable;
    catalog.cuda.reason = gpuState().reason;
    catalog.models = entriesOf(models::families());
    catalog.methods = entriesOf(methods::methods());
    for (std::size_t i = 0; i < catalog.methods.size(); ++i) {
        const methods::Method& method = *methods::methods()[i];
        catalog.methods[i].fields = method.schema().fields;
        catalog.methods[i].approach = methods::approachName(method.approach);
        catalog.methods[i].nestedRanks = method.hasNestedRanks;
        catalog.methods[i].paper = method.paper;
        catalog.methods[i].effect = nameOf(method.effect);
        if (method.learningRate != contract::TrainingSection().learningRate) {
            catalog.methods[i].defaults.set("training.learning_rate", method.learningRate);
        }
    }
    catalog.objectives = entriesOf(objectives::objectives());
    catalog.formats = entriesOf(data::formats::all());
    catalog.dataPresets = dataPresets();
    catalog.exporters = entriesOf(exporters::exporters());
    addAcceptedMethods(catalog.exporters);
    catalog.optimizers = {
        entry("adamw", "AdamW", LS_TEXT("Adam with decoupled weight decay")),
        entry(
            "adamw_8bit",
            LS_TEXT("AdamW in 8 bits"),
            LS_TEXT("Keeps its memory of gradients in 2 bytes a number instead of 8; tensors with "
                    "less than 4096 numbers keep 8")),
        entry("adamw_loralib",
              LS_TEXT("AdamW of the LoRA release"),
              LS_TEXT("Decay comes after the step, epsilon beside the uncorrected root")),
    };
    catalog.optimizers.back().defaults.set("training.epsilon", contract::kLoralibEpsilon);
    catalog.schedules = {
        entry("cosine", LS_TEXT("Cosine"), LS_TEXT("Warm-up, then half a cosine down to zero")),
        entry("linear", LS_TEXT("Linear"), LS_TEXT("Warm-up, then a line down to zero")),
        entry("constant", LS_TEXT("Constant"), LS_TEXT("Warm-up, then constant")),
    };
    catalog.metrics = {
        entry("loss",
              LS_TEXT("Loss"),
              LS_TEXT("Mean negative log-likelihood per trained token, in nats")),
        entry("perplexity", LS_TEXT("Perplexity"), LS_TEXT("e to the loss")),
        entry("token_accuracy",
              LS_TEXT("Token accuracy"),
              LS_TEXT("Share of trained tokens predicted first")),
        entry("loss_by_rank",
              LS_TEXT("Loss by rank"),
              LS_TEXT("The loss at rank 1, 2, … of an adapter with nested ranks")),
    };
    catalog.job = contract::jobSections(jobRegistry());
    return catalog;
}

contract::event::Hello hello()
{
    contract::event::Hello hello;
    hello.catalog = catalogue();
    hello.version = hello.catalog.version;
    hello.devices = hello.catalog.devices;
    return hello;
}

std::string_view version()
{
    return LORA_VERSION;
}

} // namespace engine::worker
