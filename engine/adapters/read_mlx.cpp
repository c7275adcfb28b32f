// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// mlx-lm's adapters: adapters.safetensors beside an adapter_config.json that holds the arguments of
// the run. ΔW = scale · (lora_a lora_b)ᵀ, of an embedding scale · lora_a lora_b. Source: mlx-lm
// (tuner/lora.py, tuner/utils.py, models/gpt2.py, models/gpt_neox.py).
#include "engine/adapters/adapter_files.h"
#include "engine/device/failure.h"

#include <ATen/TensorOperators.h>

namespace engine::adapters {

namespace fs = std::filesystem;
using contract::Value;

namespace {

constexpr double kDefaultScale = 20; // of mlx-lm's LoRALinear

void requireSupported(const Value& config, const fs::path& path)
{
    const Value& type = config["fine_tune_type"];
    if (type.isString() && type.toString() != "lora") {
        throw Failure(code::kUnsupported,
                      "adapter_config.json: fine_tune_type " + type.toString()
                          + " is not supported",
                      "Only mlx-lm's plain LoRA adapters are read",
                      path.string());
    }
}

// transformers' name of an mlx-lm module: two families are called otherwise there.
std::string moduleName(const std::string& name)
{
    constexpr std::string_view kModel = "model.";
    constexpr std::string_view kBlocks = "model.h.";
    if (!name.starts_with(kModel)) {
        return name;
    }
    const std::string rest = name.substr(kModel.size());
    const bool isNeox = rest.find(".attention.") != std::string::npos
                        || rest.find(".mlp.dense_") != std::string::npos;
    if (rest == "embed_out") {
        return "lm_head";
    }
    if (rest == "embed_in") {
        return "gpt_neox.embed_in";
    }
    if (name.starts_with(kBlocks)) {
        return isNeox ? "gpt_neox.layers." + name.substr(kBlocks.size()) : "transformer." + rest;
    }
    return rest == "wte" || rest == "wpe" ? "transformer." + rest : name;
}

std::map<std::string, std::pair<at::Tensor, at::Tensor>> pairsOf(const NamedTensors& file)
{
    std::map<std::string, std::pair<at::Tensor, at::Tensor>> pairs;
    for (const auto& [name, tensor] : file.tensors) {
        const std::string module = moduleName(name.substr(0, name.rfind('.')));
        if (tensor.dim() == 2 && name.ends_with(".lora_a")) {
            pairs[module].first = tensor.t();
        } else if (tensor.dim() == 2 && name.ends_with(".lora_b")) {
            pairs[module].second = tensor.t();
        } else {
            throw Failure(code::kUnsupported,
                          name + " is no tensor of a plain LoRA adapter of mlx-lm",
                          "Only lora_a and lora_b of linear layers and embeddings are read",
                          file.path.string());
        }
    }
    return pairs;
}

} // namespace

StoredAdapter readMlx(const fs::path& folder)
{
    StoredAdapter adapter;
    adapter.path = folder;
    adapter.format = "mlx";
    adapter.config = readObject(folder / "adapter_config.json");
    requireSupported(adapter.config, folder / "adapter_config.json");
    adapter.baseName = adapter.config["model"].toString();
    adapter.state.method = "lora";
    const Value& parameters = adapter.config["lora_parameters"];
    adapter.state.dropout = parameters["dropout"].toDouble(0);
    const double scale = parameters["scale"].toDouble(kDefaultScale);

    const NamedTensors file = readTensors(folder / "adapters.safetensors");
    for (const auto& [module, pair] : pairsOf(file)) {
        requirePair(module, pair.first, pair.second, file.path);
        const auto rank = static_cast<double>(pair.first.size(0));
        adapter.state.factors.push_back(
            wholeFactors(module, pair.first, pair.second, scale * rank));
    }
    if (adapter.state.factors.empty()) {
        throw Failure(code::kBadAdapter,
                      "the adapter holds no low-rank update",
                      "Export it again",
                      file.path.string());
    }
    return adapter;
}

} // namespace engine::adapters
