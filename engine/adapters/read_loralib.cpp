// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// loralib's checkpoints: lora_state_dict() of a model, <module>.lora_A and <module>.lora_B without
// ".weight". A MergedLinear has A [n · rank, in] and B [n · rows, rank] for its n enabled groups.
// Alpha is not in the file. Source: microsoft/LoRA (loralib/layers.py, loralib/utils.py,
// examples/NLG/src/gpt2_ft.py).
#include "engine/adapters/adapter_files.h"
#include "engine/device/failure.h"
#include "engine/nn/shape_text.h"

#include <ATen/TensorOperators.h>

#include <algorithm>

namespace engine::adapters {

namespace fs = std::filesystem;
using contract::Value;

namespace {

// What the side file says of a module's groups: a list for all, or one by the end of the name.
std::vector<bool> enabledIn(const Value& config, const std::string& module)
{
    const Value& enabled = config["enable_lora"];
    for (const auto& [key, flags] : enabled.toObject()) {
        if (module == key || module.ends_with("." + key)) {
            return flagsOf(flags);
        }
    }
    return flagsOf(enabled);
}

std::vector<bool> groupsOf(const Value& config, const std::string& module, int64_t count)
{
    std::vector<bool> enabled = enabledIn(config, module);
    if (enabled.empty() && count == 2) {
        enabled = {true, false, true}; // query and value: what the released models train
    } else if (enabled.empty()) {
        enabled.assign(static_cast<std::size_t>(count), true);
    }
    return enabled;
}

struct Pair
{
    at::Tensor a, b;
};

void addFactors(const std::string& module, const Pair& pair, double alpha, StoredAdapter& adapter)
{
    const auto& [a, b] = pair;
    const bool areMatrices = a.defined() && b.defined() && a.dim() == 2 && b.dim() == 2;
    const int64_t count = areMatrices && b.size(1) > 0 ? a.size(0) / b.size(1) : 0;
    const std::vector<bool> said = enabledIn(adapter.config, module);
    const bool isGrouped = count > 1 || (count == 1 && said.size() > 1);
    if (!isGrouped) {
        requirePair(module, a, b, adapter.path);
        adapter.state.factors.push_back(wholeFactors(module, a, b, alpha));
        return;
    }
    const std::vector<bool> enabled = groupsOf(adapter.config, module, count);
    const int64_t rank = b.size(1);
    if (std::count(enabled.begin(), enabled.end(), true) != count || a.size(0) != count * rank
        || b.size(0) % count != 0) {
        throw Failure(code::kBadAdapter,
                      module + ": lora_A " + nn::shapeText(a.sizes().vec()) + " and lora_B "
                          + nn::shapeText(b.sizes().vec())
                          + " do not fit, or enable_lora names another number of groups",
                      "Say enable_lora in the side file, for example [true, false, true]",
                      adapter.path.string());
    }
    adapter.slices.set(module, groupRecord(enabled, rank, b.size(0) / count, alpha));
    adapter.state.factors.push_back(
        wholeFactors(module, a, blockStructured(b, enabled), alpha * static_cast<double>(count)));
}

std::string withoutWrappers(std::string name)
{
    for (const std::string_view wrapper : {"model_state_dict.", "module."}) {
        if (name.starts_with(wrapper)) {
            name.erase(0, wrapper.size());
        }
    }
    return name;
}

Value sideFile(const fs::path& file)
{
    const fs::path path = fs::path(file).replace_extension(".json");
    std::error_code error;
    return fs::exists(path, error) ? readObject(path) : Value(Value::Object());
}

} // namespace

StoredAdapter readLoralib(const fs::path& file)
{
    StoredAdapter adapter;
    adapter.path = file;
    adapter.format = "loralib";
    adapter.config = sideFile(file);
    adapter.baseName = adapter.config["base_model_name_or_path"].toString();
    if (adapter.config["base_sha256"].isString()) { // a side file of ours
        takeOwnRecord(adapter.config, adapter);
    }
    adapter.state.method = "lora";
    adapter.state.dropout = adapter.config["lora_dropout"].toDouble(0);
    const double alpha = adapter.config["lora_alpha"].toDouble(1); // loralib's default

    std::map<std::string, Pair> pairs;
    constexpr std::size_t kSuffix = std::string_view(".lora_A").size();
    for (const auto& [stored, tensor] : readTensors(file).tensors) {
        const std::string name = withoutWrappers(stored);
        if (name.ends_with(".lora_A")) {
            pairs[name.substr(0, name.size() - kSuffix)].a = tensor;
        } else if (name.ends_with(".lora_B")) {
            pairs[name.substr(0, name.size() - kSuffix)].b = tensor;
        } else if (name.ends_with(".weight") || name.ends_with(".bias")) {
            adapter.state.replaced.push_back({name, tensor.to(at::kFloat)});
        } else {
            throw Failure(code::kUnsupported,
                          stored + " is no tensor of a loralib checkpoint",
                          "Its names end in lora_A, lora_B, weight or bias",
                          file.string());
        }
    }
    for (const auto& [module, pair] : pairs) {
        addFactors(module, pair, alpha, adapter);
    }
    if (adapter.state.factors.empty()) {
        throw Failure(code::kBadAdapter,
                      "the file holds no low-rank update",
                      "Give an adapter folder or a loralib checkpoint",
                      file.string());
    }
    return adapter;
}

} // namespace engine::adapters
