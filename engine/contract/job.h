// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One training job: everything job.json may say (contract section 2), as plain structs with their
// defaults. Ranges, choices and help texts are declared in job_schema.cpp; --set is in
// job_arguments.h.
#pragma once

#include "engine/contract/schema.h"
#include "engine/contract/value.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace engine::contract {

inline constexpr int64_t kJobVersion = 1;

// training.optimizer
inline constexpr std::string_view kAdamw = "adamw";
inline constexpr std::string_view kAdamw8bit = "adamw_8bit";
inline constexpr std::string_view kAdamwLoralib = "adamw_loralib"; // epsilon is 1e-6 by default
inline constexpr double kLoralibEpsilon = 1e-6;

struct AdapterSource
{
    std::string path;
    double scale = 1;
};

struct ModelSection
{
    std::string path;
    std::string dtype = "auto";
    std::string quantization = "none";   // of the blocks' linear modules: none, nf4, int8
    bool doubleQuant = true;             // of nf4's scales
    bool quantizeEmbeddings = false;     // token embedding and output head, too
    std::vector<AdapterSource> adapters; // merged into the running base
};

struct ValidationSection
{
    std::string path;
    double fraction = 0.05; // of the training rows, when there is no path
};

// data.mix[].weight
inline constexpr double kLeastWeight = 0.0001;
inline constexpr double kMostWeight = 1000;

// One of the sources that are trained together. What it does not say is as the section says it.
struct MixSource
{
    std::string path;
    std::string format = "auto";
    std::string encoding = "auto";
    std::map<std::string, std::string> columns;
    std::string edits;
    std::string chatTemplate; // key "template"
    double weight = 1;        // how often its samples are seen in an epoch
    std::string split;        // part of the path: "train", a member, …
};

struct DataSection
{
    std::string path;
    std::vector<MixSource> mix; // instead of the path
    std::string format = "auto";
    std::string encoding = "auto";
    std::map<std::string, std::string> columns; // column → role
    std::string edits;                          // file of changes to the rows
    std::string chatTemplate = "auto";          // key "template"
    std::string mask = "answers";
    std::string truncate = "left";
    int64_t maxLength = 2048; // tokens
    bool packing = true;
    bool shuffle = true;
    bool groupByLength = false;
    ValidationSection validation;
};

struct ObjectiveSection
{
    std::string id = "causal_lm";
};

// A method that is trained together with the job's own: {"id": "prefix_embedding",
// "prefix_tokens": 8}.
struct FurtherMethod
{
    std::string id;
    Value settings; // as in MethodSection
};

// In job.json the method's own settings stand beside `id`: {"id": "lora", "start_from": "", "with":
// [], "rank": 16, …}.
struct MethodSection
{
    std::string id = "lora";
    std::string startFrom; // adapter to continue
    std::vector<FurtherMethod> with;
    Value settings; // complete and valid by the method's own schema
};

struct WatchdogSection
{
    int64_t minFreeDiskMb = 512;
};

struct TrainingSection
{
    double epochs = 3;
    int64_t maxSteps = 0;  // > 0 overrides epochs
    int64_t batchSize = 8; // samples, or packs when packing
    int64_t batchTokens = 0;
    int64_t accumulate = 1;
    double learningRate = 2e-4;
    std::string schedule = "cosine";
    double warmupRatio = 0.03;
    int64_t warmupSteps = 0; // > 0 overrides the ratio
    std::string optimizer = "adamw";
    double weightDecay = 0.01;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double maxGradNorm = 1; // 0 = off
    double labelSmoothing = 0;
    double neftuneAlpha = 0; // 0 = no noise
    std::string computeDtype = "auto";
    std::string recompute = "auto";
    int64_t evaluateEvery = 0; // optimiser steps; 0 = at the end of each epoch
    int64_t saveEvery = 0;
    int64_t sampleEvery = 0;
    int64_t keepCheckpoints = 3;
    int64_t earlyStoppingPatience = 3;
    std::vector<std::string> samplePrompts;
    int64_t sampleMaxTokens = 64;
    WatchdogSection watchdog;
    bool deterministic = true;
    int64_t seed = 42;
};

struct RuntimeSection
{
    std::string device = "auto";
    int64_t threads = 0; // 0 = all physical cores
};

struct OutputSection
{
    std::string name;
    std::vector<std::string> exports = {"peft"}; // key "export"
};

struct Job
{
    int64_t version = kJobVersion;
    std::string id; // UUID, given at start
    ModelSection model;
    DataSection data;
    ObjectiveSection objective;
    MethodSection method;
    TrainingSection training;
    RuntimeSection runtime;
    OutputSection output;
};

// What the parser must know of one training method.
struct MethodSchema
{
    std::string id;
    SettingsSchema settings; // Schema<S>::erased()
    double learningRate = TrainingSection().learningRate;
};

// The ids and schemas that the engine's registries own; the program fills it once and hands it in.
struct JobRegistry
{
    std::vector<MethodSchema> methods;
    std::vector<std::string> formats; // of data, without "auto"
    std::vector<std::string> exporters;
};

// Train: model.path, and data.path or data.mix, must be there. Plan (`estimate --config`): both may
// be empty.
enum class JobUse { Train, Plan };

// Strict: an unknown key, a wrong type or a value out of range is kBadField naming the path; a
// later `version` is kNewerFormat. Whatever is absent has its default; learning_rate that of the
// method.
Result<Job> parseJob(const Value& object, const JobRegistry& registry, JobUse use = JobUse::Train);

// Every key, defaults too: what job.json holds.
Value toValue(const Job& job);

// The section as each source of the mixture reads it: its own path (with its part behind a #),
// and of format, encoding, columns, edits and template what it says itself. One section as it
// stands where there is no mixture.
std::vector<DataSection> dataSources(const DataSection& data);

// How often the samples of each of dataSources() are seen in an epoch.
std::vector<double> sourceWeights(const DataSection& data);

// The sources as data.mix holds them, and back; kBadField names the place ("data.mix[1].weight").
Value mixValue(const std::vector<MixSource>& mix);
Result<std::vector<MixSource>> parseMix(const Value& list, const JobRegistry& registry);

// All fields of a job under dotted keys ("training.batch_size"), without those of the method.
std::vector<Field> jobFields(const JobRegistry& registry);

// The job with each path made absolute and normal, relative ones from `folder`.
Job withAbsolutePaths(Job job, const std::filesystem::path& folder);

// Letters a–z A–Z, digits, "._-" and Hangul; not empty, no "..", at most 100 characters.
bool isOutputName(std::string_view name);

} // namespace engine::contract
