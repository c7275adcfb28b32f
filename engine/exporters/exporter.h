// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What an exporter contributes: a model with its adapters → files that other programs load. One
// constant per folder.
#pragma once

#include "engine/adapters/adapter_folder.h"
#include "engine/contract/event.h"
#include "engine/methods/method.h"
#include "engine/models/model_folder.h"
#include "engine/objectives/objective.h"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace engine::exporters {

// An adapter that fits the model, and its weight.
struct ScaledAdapter
{
    adapters::StoredAdapter stored;
    methods::AdapterState state;
    double scale = 1;
};

// An adapter and those that were trained together with it, each by itself.
std::vector<ScaledAdapter> separated(const std::vector<ScaledAdapter>& adapters);

// The weights that adapters are merged into: the model's own, or those that its packed form stands
// for, which adapters see that are trained on it.
enum class MergeBase { Original, Dequantized };
// "original", "dequantized".
std::string_view nameOf(MergeBase base);

struct ExportRequest
{
    const models::ModelFolder& model;
    std::vector<ScaledAdapter> adapters;
    std::filesystem::path target;             // absent or an empty folder
    std::optional<at::ScalarType> dtype = {}; // of the written weights; nothing = as stored
    uint64_t shardBytes = 0;                  // 0 = the usual 5 GB
    bool foldScale = false;                   // write the whole scale into B, alpha = rank
    bool verify = true;
    // Nothing = the original; the dequantised one where that is the only one there is
    // (BaseWeights).
    std::optional<MergeBase> base = {};
    models::BaseFormat seen = {}; // the form in which the adapters saw the base
    bool doubleQuant = true;      // of packed NF4 that is written
    // Text to compare both merges on; may be empty.
    std::vector<text::TokenSample> samples = {};
    // Told while bytes are written; may be empty.
    std::function<void(int64_t doneBytes, int64_t totalBytes)> onProgress = {};
};

// The written model against base + adapters, on the same tokens in float32.
struct Verification
{
    double maxAbsDiff = 0;    // of the logits
    double meanKl = 0;        // KL(base + adapters ‖ written), nats per token
    double top1Agreement = 0; // share of positions with the same most probable token
    double tolerance = 0;     // what maxAbsDiff may be
    bool passed = false;
};

// How far one model's logits stand from another's.
struct LogitDifference
{
    double maxAbsDiff = 0;
    double meanKl = 0;        // KL(expected ‖ actual), nats per token
    double top1Agreement = 0; // share of positions with the same most probable token
};

// A merge into one of the bases against the adapters on the packed base that they saw.
struct MergeMeasure
{
    MergeBase base = MergeBase::Original;
    LogitDifference difference;
    std::optional<double> nll; // of the request's samples, nats per trained token
};

struct MergeComparison
{
    models::BaseFormat seen;
    std::optional<double> nll; // of the adapters on the packed base
    std::vector<MergeMeasure> merges;
    MergeBase written = MergeBase::Original; // of these, the one that the request asks for
};

struct ExportReport
{
    std::vector<contract::OutputFile> files; // relative to the target
    std::optional<Verification> verification;
    std::optional<MergeComparison> comparison = {}; // where the base was seen packed
    std::vector<std::string_view> notes = {};       // what else there is to know, by LS_TEXT
};

struct Exporter
{
    std::string_view id; // permanent
    std::string_view name;
    std::string_view summary;
    // Whether it has a form for what the method trains; else `refusal` says why not.
    bool (*accepts)(const methods::Method& method);
    std::string_view refusal;
    // Publishes the target whole or not at all. Every adapter's method is accepted. Throws Failure.
    ExportReport (*run)(const ExportRequest& request);
};

// Path (relative) → SHA-256.
using KnownHashes = std::map<std::string, std::string>;

// Path (relative), size and SHA-256 of every file below `folder`, sorted by path. Those whose hash
// is known are not read.
std::vector<contract::OutputFile> listFiles(const std::filesystem::path& folder,
                                            const KnownHashes& known = {});

} // namespace engine::exporters
