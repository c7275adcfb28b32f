// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What this engine can do, as `describe` and `hello` say it (contract section 5): the studio draws
// its forms from it.
#pragma once

#include "engine/contract/field.h"
#include "engine/contract/job.h"
#include "engine/contract/schema.h"

#include <cstdint>
#include <string>
#include <vector>

namespace engine::contract {

struct DeviceInfo
{
    std::string id; // "cpu", "cuda:0"
    std::string name;
    int64_t memoryBytes = 0;
    std::vector<std::string> dtypes; // those it multiplies natively
};

struct CudaInfo
{
    bool available = false;
    std::string reason; // why not
};

// A model family, a method, a data format, a section of the job, …
struct CatalogEntry
{
    std::string id;
    std::string name;
    std::string summary;
    std::vector<Field> fields;
    // Defaults of other fields that this choice changes: {"training.learning_rate": 2e-5}.
    Value defaults = Value::Object();
    // Of a method, what it does: everything, part, updates, modules, tokens.
    std::string approach = {};
    // Of a method: an adapter of it cut to its first ranks is one of that rank.
    bool nestedRanks = false;
    // Of a method: where it comes from ("Hu et al. 2021"), and what a trained state does to the
    // model: low_rank, replaces, adds, scales.
    std::string paper = {};
    std::string effect = {};
    // Of an exporter: ids of the methods that it has a form for, and why it refuses the others.
    std::vector<std::string> accepts = {};
    std::string refusal = {};
};

// A well-known data set in its original files; its id is a value of data.format.
struct DataPreset
{
    std::string id;
    std::string name;                // a proper name, not translated
    std::string summary;             // what it holds
    std::string format;              // id of the format of its rows
    Value columns = Value::Object(); // {column: role}
    bool detected = false;           // by its columns; else it is asked for by name
};

struct Catalog
{
    std::string version; // of the program
    int64_t protocol = 0;
    std::vector<DeviceInfo> devices;
    CudaInfo cuda;
    std::vector<CatalogEntry> models;
    std::vector<CatalogEntry> methods;
    std::vector<CatalogEntry> objectives;
    std::vector<CatalogEntry> formats;
    std::vector<DataPreset> dataPresets;
    std::vector<CatalogEntry> exporters;
    std::vector<CatalogEntry> optimizers;
    std::vector<CatalogEntry> schedules;
    std::vector<CatalogEntry> metrics;
    std::vector<CatalogEntry> job; // see jobSections
};

// Both ignore keys they do not know: the engine may be newer than the studio.
const Schema<DeviceInfo>& deviceSchema();
const Schema<Catalog>& catalogSchema();

// The sections of a job in the order of contract section 2, each with its fields under keys
// relative to it
// ("validation.fraction" of "data"). The fields of a method are those of its own entry.
std::vector<CatalogEntry> jobSections(const JobRegistry& registry);

// The entry with that id, or nullptr.
const CatalogEntry* findEntry(const std::vector<CatalogEntry>& entries, std::string_view id);

} // namespace engine::contract
