// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/adapter_files.h"
#include "engine/adapters/method_folder.h"
#include "engine/adapters/peft_keys.h"
#include "engine/adapters/peft_patterns.h"
#include "engine/device/failure.h"
#include "engine/methods/registry.h"
#include "engine/nn/shape_text.h"

#include <ATen/TensorOperators.h>

#include <algorithm>

namespace engine::adapters {

namespace fs = std::filesystem;
using contract::Value;
using methods::LowRankFactors;

namespace {

// Refuses what would silently compute something else.
void requireSupported(const Value& config, const fs::path& path)
{
    const auto unsupported = [&path](const std::string& what) {
        throw Failure(code::kUnsupported,
                      "adapter_config.json: " + what + " is not supported",
                      "`lora-engine describe` lists the methods that can be read",
                      path.string());
    };
    if (config.contains("fine_tune_type")) {
        throw Failure(code::kUnsupported,
                      "this is an mlx-lm adapter whose adapters.safetensors is not here",
                      "Copy adapters.safetensors into the folder",
                      path.string());
    }
    if (!config["peft_type"].isString()) {
        throw Failure(
            code::kBadAdapter, "adapter_config.json: peft_type is missing", "", path.string());
    }
    if (config["peft_type"].toString() != "LORA") {
        unsupported("peft_type " + config["peft_type"].toString());
    }
    for (const char* flag : {"use_qalora", "use_bdlora"}) {
        if (config[flag].toBool()) {
            unsupported(flag);
        }
    }
    for (const char* field :
         {"layer_replication", "target_parameters", "trainable_token_indices"}) {
        if (!config[field].isNull()
            && !(config[field].isList() && config[field].toList().empty())) {
            unsupported(field);
        }
    }
}

// The tensors of one module's update.
struct Parts
{
    at::Tensor a, b, bias, magnitude;
    bool isEmbedding = false;
};

// PEFT before 0.3 had MergedLinear of loralib for fused weights; its B is a convolution's.
void joinGroups(Parts& parts,
                const std::vector<bool>& enabled,
                StoredAdapter& adapter,
                const std::string& module,
                double alpha)
{
    const auto groups = std::count(enabled.begin(), enabled.end(), true);
    if (parts.b.dim() == 3 && parts.b.size(2) == 1) {
        parts.b = parts.b.squeeze(2);
    }
    const bool isGrouped = groups > 0 && parts.a.dim() == 2 && parts.b.dim() == 2
                           && parts.a.size(0) == groups * parts.b.size(1)
                           && parts.b.size(0) % groups == 0;
    if (!isGrouped) {
        return;
    }
    adapter.slices.set(module,
                       groupRecord(enabled, parts.b.size(1), parts.b.size(0) / groups, alpha));
    parts.b = blockStructured(parts.b, enabled);
}

// A vector of a module's own, of as many numbers as B has rows.
at::Tensor rowVector(const at::Tensor& vector,
                     const at::Tensor& b,
                     const std::string& what,
                     const fs::path& path)
{
    if (vector.dim() != 1 || vector.size(0) != b.size(0)) {
        throw Failure(code::kBadAdapter,
                      what + " " + nn::shapeText(vector.sizes().vec()) + " does not fit lora_B "
                          + nn::shapeText(b.sizes().vec()),
                      "Export the adapter again",
                      path.string());
    }
    return vector.to(at::kFloat).contiguous();
}

// The lengths of DoRA, which the config announces for every module or for none.
at::Tensor magnitudeOf(const Parts& parts,
                       const Value& config,
                       const std::string& module,
                       const fs::path& path)
{
    const bool isAnnounced = config["use_dora"].toBool();
    if (isAnnounced != parts.magnitude.defined()) {
        throw Failure(code::kBadAdapter,
                      module + ": adapter_config.json says use_dora "
                          + (isAnnounced ? "true and lora_magnitude_vector is missing"
                                         : "false and there is a lora_magnitude_vector"),
                      "Export the adapter again",
                      path.string());
    }
    if (!isAnnounced) {
        return {};
    }
    if (parts.bias.defined()) {
        throw Failure(code::kUnsupported,
                      module + ": use_dora with a bias of lora_B is not supported, nor in PEFT",
                      "Train again without lora_bias",
                      path.string());
    }
    return rowVector(parts.magnitude, parts.b, module + ": lora_magnitude_vector", path);
}

// Whole-module factors of every module, A and B matched and checked against each other.
void addFactors(std::map<std::string, Parts> modules, const fs::path& path, StoredAdapter& adapter)
{
    const Value& config = adapter.config;
    const std::vector<bool> enabled = flagsOf(config["enable_lora"]);
    const auto groups = static_cast<double>(std::count(enabled.begin(), enabled.end(), true));
    for (auto& [module, parts] : modules) {
        requireShort(module, path);
        const double alpha =
            valueByPattern(config["alpha_pattern"], module, config["lora_alpha"].toDouble(8));
        double rank = valueByPattern(config["rank_pattern"], module, config["r"].toDouble(8));
        double wholeAlpha = alpha;
        if (groups > 0 && parts.a.defined() && parts.b.defined()) {
            joinGroups(parts, enabled, adapter, module, alpha);
            rank *= groups;
            wholeAlpha *= groups;
        }
        requirePair(module, parts.a, parts.b, path);
        if (rank != static_cast<double>(parts.a.size(0))) {
            throw Failure(code::kBadAdapter,
                          module + ": lora_A is " + nn::shapeText(parts.a.sizes().vec())
                              + ", which is not the rank of adapter_config.json",
                          "Export the adapter again",
                          path.string());
        }
        LowRankFactors factors = wholeFactors(module, parts.a, parts.b, wholeAlpha);
        factors.usesRslora = config["use_rslora"].toBool();
        factors.isEmbedding = parts.isEmbedding;
        if (parts.bias.defined()) {
            factors.bias = rowVector(parts.bias, parts.b, module + ": the bias of lora_B", path);
        }
        factors.magnitude = magnitudeOf(parts, config, module, path);
        adapter.state.factors.push_back(std::move(factors));
    }
}

void addTensors(const NamedTensors& file, StoredAdapter& adapter)
{
    std::map<std::string, Parts> modules;
    for (const auto& [name, tensor] : file.tensors) {
        const auto plain = plainKeyOfWrapped(name);
        if (plain && file.has(*plain)) {
            continue;
        }
        const auto key = parsePeftKey(name);
        if (!key) {
            throw Failure(code::kUnsupported,
                          name + " is no tensor of a plain LoRA adapter",
                          "`lora-engine describe` lists the methods that can be read",
                          file.path.string());
        }
        if (key->kind == PeftTensor::Parameter) {
            adapter.state.replaced.push_back({key->name, tensor.to(at::kFloat)});
            continue;
        }
        Parts& parts = modules[key->name];
        parts.isEmbedding = parts.isEmbedding || key->kind == PeftTensor::EmbeddingA
                            || key->kind == PeftTensor::EmbeddingB;
        const bool isA = key->kind == PeftTensor::FactorA || key->kind == PeftTensor::EmbeddingA;
        (key->kind == PeftTensor::FactorBias  ? parts.bias
         : key->kind == PeftTensor::Magnitude ? parts.magnitude
         : isA                                ? parts.a
                                              : parts.b) = tensor;
    }
    addFactors(std::move(modules), file.path, adapter);
}

} // namespace

StoredAdapter readPeft(const fs::path& folder)
{
    StoredAdapter adapter;
    adapter.path = folder;
    adapter.format = "peft";
    adapter.config = readObject(folder / "adapter_config.json");
    if (isMethodConfig(adapter.config)) {
        return readMethod(folder, std::move(adapter.config));
    }
    requireSupported(adapter.config, folder / "adapter_config.json");
    adapter.baseName = adapter.config["base_model_name_or_path"].toString();
    adapter.state.method = "lora";
    adapter.state.dropout = adapter.config["lora_dropout"].toDouble(0);
    adapter.state.bias =
        adapter.config["bias"].isString() ? adapter.config["bias"].toString() : "none";
    for (const Value& module : adapter.config["modules_to_save"].toList()) {
        adapter.state.modulesToSave.push_back(module.toString());
    }
    const NamedTensors file = readTensors(tensorsIn(folder));
    addTensors(file, adapter);
    if (adapter.state.factors.empty()) {
        throw Failure(code::kBadAdapter,
                      "the adapter holds no low-rank update",
                      "Export it again",
                      file.path.string());
    }
    const Value record = ownRecord(file);
    takeOwnRecord(record, adapter);
    // Plain LoRA to PEFT, but each of its ranks is an adapter.
    const methods::Method* method = methods::findMethod(record["method"].toString());
    if (method != nullptr && method->hasNestedRanks) {
        adapter.state.method = method->id;
    }
    if (record["slices"].isObject()) {
        adapter.slices = record["slices"];
    }
    return adapter;
}

} // namespace engine::adapters
