// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/catalog.h"

#include "engine/contract/text.h"

#include <algorithm>

namespace engine::contract {

namespace {

const Schema<CatalogEntry>& entrySchema()
{
    static const Schema<CatalogEntry> schema = [] {
        Schema<CatalogEntry> entry;
        entry.allowUnknownKeys();
        entry.text("id", &CatalogEntry::id);
        entry.text("name", &CatalogEntry::name);
        entry.text("summary", &CatalogEntry::summary);
        entry.objects("fields", &CatalogEntry::fields, fieldSchema());
        entry.object("defaults", &CatalogEntry::defaults);
        entry.text("approach", &CatalogEntry::approach);
        entry.boolean("nested_ranks", &CatalogEntry::nestedRanks);
        entry.text("paper", &CatalogEntry::paper);
        entry.text("effect", &CatalogEntry::effect);
        entry.list("accepts", &CatalogEntry::accepts);
        entry.text("refusal", &CatalogEntry::refusal);
        return entry;
    }();
    return schema;
}

Schema<DataPreset> dataPresetSchema()
{
    Schema<DataPreset> preset;
    preset.allowUnknownKeys();
    preset.text("id", &DataPreset::id);
    preset.text("name", &DataPreset::name);
    preset.text("summary", &DataPreset::summary);
    preset.text("format", &DataPreset::format);
    preset.object("columns", &DataPreset::columns);
    preset.boolean("detected", &DataPreset::detected);
    return preset;
}

Schema<CudaInfo> cudaSchema()
{
    Schema<CudaInfo> cuda;
    cuda.allowUnknownKeys();
    cuda.boolean("available", &CudaInfo::available);
    cuda.text("reason", &CudaInfo::reason);
    return cuda;
}

} // namespace

const Schema<DeviceInfo>& deviceSchema()
{
    static const Schema<DeviceInfo> schema = [] {
        Schema<DeviceInfo> device;
        device.allowUnknownKeys();
        device.text("id", &DeviceInfo::id);
        device.text("name", &DeviceInfo::name);
        device.integer("memory_bytes", &DeviceInfo::memoryBytes);
        device.list("dtypes", &DeviceInfo::dtypes);
        return device;
    }();
    return schema;
}

const Schema<Catalog>& catalogSchema()
{
    static const Schema<Catalog> schema = [] {
        Schema<Catalog> catalog;
        catalog.allowUnknownKeys();
        catalog.text("version", &Catalog::version);
        catalog.integer("protocol", &Catalog::protocol);
        catalog.objects("devices", &Catalog::devices, deviceSchema());
        catalog.nested("cuda", &Catalog::cuda, cudaSchema());
        catalog.objects("models", &Catalog::models, entrySchema());
        catalog.objects("methods", &Catalog::methods, entrySchema());
        catalog.objects("objectives", &Catalog::objectives, entrySchema());
        catalog.objects("formats", &Catalog::formats, entrySchema());
        catalog.objects("data_presets", &Catalog::dataPresets, dataPresetSchema());
        catalog.objects("exporters", &Catalog::exporters, entrySchema());
        catalog.objects("optimizers", &Catalog::optimizers, entrySchema());
        catalog.objects("schedules", &Catalog::schedules, entrySchema());
        catalog.objects("metrics", &Catalog::metrics, entrySchema());
        catalog.objects("job", &Catalog::job, entrySchema());
        return catalog;
    }();
    return schema;
}

std::vector<CatalogEntry> jobSections(const JobRegistry& registry)
{
    std::vector<CatalogEntry> sections = {
        {"model", LS_TEXT("Model"), LS_TEXT("The base model that is fine-tuned."), {}},
        {"data", LS_TEXT("Data"), LS_TEXT("What is learnt from, and how it becomes tokens."), {}},
        {"objective", LS_TEXT("Objective"), LS_TEXT("What the loss measures."), {}},
        {"method", LS_TEXT("Method"), LS_TEXT("Which weights are trained, and how."), {}},
        {"training", LS_TEXT("Training"), LS_TEXT("How long, how fast, and when to look."), {}},
        {"runtime", LS_TEXT("Runtime"), LS_TEXT("Where it is computed."), {}},
        {"output", LS_TEXT("Output"), LS_TEXT("What is written when it is done."), {}},
    };
    for (Field field : jobFields(registry)) {
        for (CatalogEntry& section : sections) {
            if (field.key.starts_with(section.id + ".")) {
                field.key.erase(0, section.id.size() + 1);
                section.fields.push_back(std::move(field));
                break;
            }
        }
    }
    return sections;
}

const CatalogEntry* findEntry(const std::vector<CatalogEntry>& entries, std::string_view id)
{
    const auto found = std::find_if(
        entries.begin(), entries.end(), [id](const CatalogEntry& entry) { return entry.id == id; });
    return found == entries.end() ? nullptr : &*found;
}

} // namespace engine::contract
