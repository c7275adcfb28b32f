// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/adapter_folder.h"
#include "engine/adapters/peft_keys.h"
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/nn/row_slices.h"
#include "engine/nn/shape_text.h"
#include "engine/tensors/finite_check.h"
#include "engine/tensors/tensor_file.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/index_select.h>

#include <cmath>
#include <map>
#include <regex>

namespace engine::adapters {

namespace fs = std::filesystem;
using contract::Value;
using methods::LowRankFactors;

namespace {

std::string shapeText(const at::Tensor& tensor)
{
    return nn::shapeText(tensor.sizes().vec());
}

Value readConfig(const fs::path& path)
{
    contract::Result<Value> parsed = contract::parseJson(device::readFile(path));
    if (!parsed || !parsed.value().isObject()) {
        throw Failure(code::kBadFile,
                      "adapter_config.json: "
                          + (parsed ? "holds no JSON object" : parsed.error().message),
                      "Repair the file or export the adapter again",
                      path.string());
    }
    return std::move(parsed).value();
}

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
                      "this is an mlx-lm adapter, not a PEFT one",
                      "Convert it to PEFT first",
                      path.string());
    }
    if (!config["peft_type"].isString()) {
        throw Failure(
            code::kBadAdapter, "adapter_config.json: peft_type is missing", "", path.string());
    }
    if (config["peft_type"].toString() != "LORA") {
        unsupported("peft_type " + config["peft_type"].toString());
    }
    for (const char* flag : {"use_dora", "lora_bias", "use_qalora", "use_bdlora"}) {
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

// Matching a regular expression recurses over its text: neither may be long.
constexpr std::size_t kMaximumText = 1000;

// PEFT's rule for patterns: (.*\.)?(key)$, the first key that matches wins.
double byPattern(const Value& patterns, const std::string& module, double fallback)
{
    for (const auto& [key, value] : patterns.toObject()) {
        if (key.size() > kMaximumText) {
            throw Failure(code::kBadAdapter,
                          "adapter_config.json: a pattern is longer than 1000 characters");
        }
        try {
            if (value.isNumber() && std::regex_match(module, std::regex("(.*\\.)?(" + key + ")"))) {
                return value.toDouble();
            }
        } catch (const std::regex_error&) {
            throw Failure(code::kBadAdapter,
                          "adapter_config.json: \"" + key + "\" is not a regular expression");
        }
    }
    return fallback;
}

// PEFT's own rule: safetensors before the older torch file.
std::shared_ptr<const tensors::TensorFile> openTensors(const fs::path& folder)
{
    const fs::path path = folder / "adapter_model.safetensors";
    const fs::path older = folder / "adapter_model.bin";
    std::error_code error;
    return tensors::openTensorFile(!fs::exists(path, error) && fs::exists(older, error) ? older
                                                                                        : path);
}

// Whole-module factors of every module, A and B matched and checked against each other.
std::vector<LowRankFactors>
factorsOf(std::map<std::string, std::pair<at::Tensor, at::Tensor>> pairs,
          const Value& config,
          const fs::path& path)
{
    std::vector<LowRankFactors> all;
    const double alpha = config["lora_alpha"].toDouble(8);
    for (auto& [module, pair] : pairs) {
        auto& [a, b] = pair;
        if (module.size() > kMaximumText) {
            throw Failure(code::kBadAdapter,
                          "a module name is " + std::to_string(module.size()) + " characters long",
                          "Export the adapter again",
                          path.string());
        }
        if (!a.defined() || !b.defined()) {
            throw Failure(code::kBadAdapter,
                          module + ": lora_" + (a.defined() ? "B" : "A") + " is missing",
                          "Export the adapter again",
                          path.string());
        }
        if (a.dim() != 2 || b.dim() != 2 || a.size(0) != b.size(1) || a.size(0) == 0) {
            throw Failure(code::kBadAdapter,
                          module + ": lora_A " + shapeText(a) + " and lora_B " + shapeText(b)
                              + " do not fit",
                          "Export the adapter again",
                          path.string());
        }
        const double rank = byPattern(config["rank_pattern"], module, config["r"].toDouble(8));
        if (rank != static_cast<double>(a.size(0))) {
            throw Failure(code::kBadAdapter,
                          module + ": lora_A is " + shapeText(a)
                              + ", which is not the rank of adapter_config.json",
                          "Export the adapter again",
                          path.string());
        }
        LowRankFactors factors;
        factors.module = module;
        factors.rows = kernels::RowSlice::plain(0, b.size(0));
        factors.a = a.to(at::kFloat);
        factors.b = b.to(at::kFloat);
        factors.alpha = byPattern(config["alpha_pattern"], module, alpha);
        factors.usesRslora = config["use_rslora"].toBool();
        all.push_back(std::move(factors));
    }
    return all;
}

// The private record that writeAdapter leaves in the tensor file's metadata.
Value ownRecord(const tensors::TensorFile& file)
{
    const auto found = file.metadata().find("lora_studio");
    if (found == file.metadata().end()) {
        return {};
    }
    contract::Result<Value> parsed = contract::parseJson(found->second);
    return parsed ? std::move(parsed).value() : Value();
}

// The updates of slices that were joined into `whole`, by the record [{name, rank, alpha}] of
// writeAdapter; `whole` itself without one.
std::vector<LowRankFactors>
divided(const LowRankFactors& whole, const Value::List& record, const nn::ModuleSpec& module)
{
    if (record.empty()) {
        return {whole};
    }
    const auto refuse = [&whole](const std::string& problem) {
        throw Failure(code::kBadAdapter,
                      "the record of the slices of " + whole.module + " " + problem,
                      "Export the adapter again");
    };
    std::vector<LowRankFactors> parts;
    int64_t column = 0;
    double scale = 0;
    for (const Value& entry : record) {
        const std::string& name = entry["name"].toString();
        const int64_t rank = entry["rank"].toInteger();
        const auto slice = std::find_if(
            module.slices.begin(), module.slices.end(), [&name](const nn::SliceSpec& candidate) {
                return candidate.shortName == name;
            });
        if (slice == module.slices.end()) {
            refuse("names an unknown slice: " + name);
        }
        if (rank < 1 || rank > whole.rank() - column) {
            refuse("does not fit its rank");
        }
        LowRankFactors part = whole;
        part.slice = slice->shortName;
        part.rows = slice->rows;
        part.a = whole.a.narrow(0, column, rank).contiguous();
        part.b = whole.b.narrow(1, column, rank).index_select(0, nn::rowIndices(slice->rows));
        part.alpha = entry["alpha"].toDouble();
        column += rank;
        scale = std::max(scale, part.scale());
        parts.push_back(std::move(part));
    }
    if (column != whole.rank() || std::abs(scale - whole.scale()) > 1e-6 * std::abs(scale)) {
        refuse("does not fit its rank and scale");
    }
    for (LowRankFactors& part : parts) {
        if (part.scale() != scale && part.scale() != 0) {
            part.b = part.b * (scale / part.scale());
        }
    }
    return parts;
}

} // namespace

StoredAdapter readAdapter(const fs::path& folder)
{
    std::error_code error;
    if (!fs::is_directory(folder, error)) {
        throw Failure(code::kNotFound,
                      "no such adapter folder",
                      "Give the folder that holds adapter_config.json",
                      folder.string());
    }
    StoredAdapter adapter;
    adapter.path = folder;
    adapter.config = readConfig(folder / "adapter_config.json");
    requireSupported(adapter.config, folder / "adapter_config.json");
    adapter.baseName = adapter.config["base_model_name_or_path"].toString();
    adapter.state.method = "lora";
    adapter.state.dropout = adapter.config["lora_dropout"].toDouble(0);
    adapter.state.bias =
        adapter.config["bias"].isString() ? adapter.config["bias"].toString() : "none";
    for (const Value& module : adapter.config["modules_to_save"].toList()) {
        adapter.state.modulesToSave.push_back(module.toString());
    }

    const std::shared_ptr<const tensors::TensorFile> opened = openTensors(folder);
    const tensors::TensorFile& file = *opened;
    const fs::path& path = file.path();
    std::map<std::string, std::pair<at::Tensor, at::Tensor>> pairs;
    for (const auto& entry : file.entries()) {
        const auto plain = plainKeyOfWrapped(entry.name);
        if (plain && file.find(*plain) != nullptr) {
            continue;
        }
        const auto key = parsePeftKey(entry.name);
        if (!key) {
            throw Failure(code::kUnsupported,
                          entry.name + " is no tensor of a plain LoRA adapter",
                          "`lora-engine describe` lists the methods that can be read",
                          path.string());
        }
        const at::Tensor tensor = file.tensor(entry.name);
        tensors::requireFinite(tensor, entry.name, path.string());
        if (key->kind == PeftTensor::FactorA) {
            pairs[key->name].first = tensor;
        } else if (key->kind == PeftTensor::FactorB) {
            pairs[key->name].second = tensor;
        } else {
            adapter.state.replaced.push_back({key->name, tensor.to(at::kFloat)});
        }
    }
    adapter.state.factors = factorsOf(std::move(pairs), adapter.config, path);
    if (adapter.state.factors.empty()) {
        throw Failure(code::kBadAdapter,
                      "the adapter holds no low-rank update",
                      "Export it again",
                      path.string());
    }
    const Value record = ownRecord(file);
    adapter.baseSha256 = record["base_sha256"].toString();
    adapter.slices = record["slices"];
    return adapter;
}

std::vector<Mismatch> findMismatches(const StoredAdapter& adapter, const nn::Blueprint& blueprint)
{
    std::vector<Mismatch> found;
    for (const LowRankFactors& factors : adapter.state.factors) {
        const nn::ModuleSpec* module = blueprint.find(factors.module);
        if (module == nullptr || !module->isLinear()) {
            found.push_back({factors.module, "the model has no linear module " + factors.module});
        } else if (factors.a.size(1) != module->in || factors.b.size(0) != module->out) {
            found.push_back({factors.module,
                             factors.module + ": the adapter fits a weight of "
                                 + std::to_string(factors.b.size(0)) + " × "
                                 + std::to_string(factors.a.size(1)) + ", the model's is "
                                 + std::to_string(module->out) + " × "
                                 + std::to_string(module->in)});
        }
    }
    for (const methods::ReplacedParameter& parameter : adapter.state.replaced) {
        const std::string moduleName = parameter.name.substr(0, parameter.name.rfind('.'));
        const nn::ModuleSpec* module = blueprint.find(moduleName);
        const bool isBias = parameter.name.ends_with(".bias");
        if (module == nullptr || (isBias && !module->bias)) {
            found.push_back({parameter.name, "the model has no parameter " + parameter.name});
            continue;
        }
        const std::vector<int64_t> wanted =
            isBias ? std::vector<int64_t>{module->out} : module->storedShape();
        if (parameter.value.sizes() != at::IntArrayRef(wanted)) {
            found.push_back({parameter.name,
                             parameter.name + " is " + shapeText(parameter.value)
                                 + " in the adapter and has another shape in the model"});
        }
    }
    return found;
}

methods::AdapterState fitted(const StoredAdapter& adapter, const nn::Blueprint& blueprint)
{
    const std::vector<Mismatch> mismatches = findMismatches(adapter, blueprint);
    if (!mismatches.empty()) {
        throw Failure(code::kIncompatible,
                      "the adapter does not fit the model: " + mismatches.front().message,
                      adapter.baseName.empty() ? "Use the model it was trained on"
                                               : "It was trained on " + adapter.baseName,
                      adapter.path.string());
    }
    methods::AdapterState state = adapter.state;
    state.factors.clear();
    for (const LowRankFactors& whole : adapter.state.factors) {
        const Value::List& record = adapter.slices[whole.module].toList();
        for (LowRankFactors& part : divided(whole, record, *blueprint.find(whole.module))) {
            state.factors.push_back(std::move(part));
        }
    }
    for (methods::ReplacedParameter& parameter : state.replaced) {
        const nn::ModuleSpec* module =
            blueprint.find(parameter.name.substr(0, parameter.name.rfind('.')));
        if (module->kind == nn::ModuleKind::Conv1d && parameter.value.dim() == 2) {
            parameter.value = parameter.value.t();
        }
    }
    return state;
}

} // namespace engine::adapters
