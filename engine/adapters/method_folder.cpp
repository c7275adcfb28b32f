// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/method_folder.h"

#include "engine/adapters/adapter_files.h"
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/methods/registry.h"
#include "engine/nn/shape_text.h"
#include "engine/tensors/safetensors_writer.h"

#include <algorithm>
#include <map>
#include <sstream>

namespace engine::adapters {

namespace fs = std::filesystem;
using contract::Value;
using methods::Method;
using methods::ReplacedParameter;

namespace {

constexpr const char* kMethod = "lora_studio_method";
constexpr const char* kSettings = "lora_studio_settings";

const Method* methodOf(const Value& config)
{
    if (config[kMethod].isString()) {
        return methods::findMethod(config[kMethod].toString());
    }
    const auto& all = methods::methods();
    const auto found = std::find_if(all.begin(), all.end(), [&config](const Method* method) {
        return method->peft != nullptr && config["peft_type"] == Value(method->peft->type);
    });
    return found == all.end() ? nullptr : *found;
}

Value settingsOf(const Method& method, const Value& config, const fs::path& path)
{
    const Value stated = method.peft == nullptr ? config[kSettings] : method.peft->settings(config);
    contract::Result<Value> settings = method.schema().complete(stated, kSettings);
    if (!settings) {
        throw Failure(code::kBadAdapter,
                      "adapter_config.json: " + settings.error().message,
                      "Export the adapter again",
                      path.string());
    }
    return std::move(settings).value();
}

bool isConvWeight(const nn::Blueprint& blueprint, const ReplacedParameter& parameter)
{
    const nn::ModuleSpec* module =
        blueprint.find(parameter.name.substr(0, parameter.name.rfind('.')));
    return module != nullptr && module->kind == nn::ModuleKind::Conv1d
           && parameter.value.dim() == 2;
}

std::string modelCard(const Method& method, const BaseIdentity& base, int64_t parameters)
{
    std::ostringstream card;
    card << "---\nbase_model: " << toJson(Value(base.name)) << "\n---\n\n# " << method.name
         << "\n\nTrained with LoRA Studio on `" << base.name << "`: " << parameters
         << " parameters.\n\n";
    if (method.peft != nullptr) {
        card << "Load it with PEFT: `PeftModel.from_pretrained(base_model, \"<this folder>\")`.\n";
    } else {
        card << "It works in LoRA Studio: `lora-engine generate --model BASE --adapter <this "
                "folder>`.\n";
    }
    return card.str();
}

} // namespace

bool isMethodConfig(const Value& config)
{
    return config[kMethod].isString() || methodOf(config) != nullptr;
}

StoredAdapter readMethod(const fs::path& folder, Value config)
{
    const fs::path configPath = folder / "adapter_config.json";
    const Method* method = methodOf(config);
    if (method == nullptr) {
        throw Failure(code::kUnsupported,
                      "adapter_config.json: " + std::string(kMethod) + " " + toJson(config[kMethod])
                          + " is not known",
                      "`lora-engine describe` lists the methods",
                      configPath.string());
    }
    StoredAdapter adapter;
    adapter.path = folder;
    adapter.format = method->peft == nullptr ? "lora_studio" : "peft";
    adapter.baseName = config["base_model_name_or_path"].toString();
    adapter.state.method = method->id;
    adapter.state.settings = settingsOf(*method, config, configPath);
    adapter.state.isHeadTied = method->effect == methods::Effect::Replaces;
    adapter.config = std::move(config);
    const NamedTensors file = readTensors(tensorsIn(folder));
    for (const auto& [name, tensor] : file.tensors) {
        const bool isReplaced = method->effect == methods::Effect::Replaces;
        (isReplaced ? adapter.state.replaced : adapter.state.own)
            .push_back({name, tensor.to(at::kFloat)});
    }
    adapter.baseSha256 = ownRecord(file)["base_sha256"].toString();
    return adapter;
}

void checkMethod(const StoredAdapter& adapter,
                 const nn::Blueprint& blueprint,
                 std::vector<Mismatch>& found)
{
    const Method& method = *methods::findMethod(adapter.state.method);
    std::map<std::string, std::vector<int64_t>> wanted;
    try {
        for (const nn::TrainableTensor& tensor : method.plan(adapter.state.settings, blueprint)) {
            wanted[tensor.name] = tensor.shape;
        }
    } catch (const Failure& failure) {
        found.push_back({"", failure.error().message});
        return;
    }
    for (const auto* tensors : {&adapter.state.replaced, &adapter.state.own}) {
        for (const ReplacedParameter& tensor : *tensors) {
            const auto entry = wanted.find(tensor.name);
            if (entry == wanted.end()) {
                found.push_back({tensor.name, "the model has no place for " + tensor.name});
                continue;
            }
            std::vector<int64_t> shape = entry->second;
            if (isConvWeight(blueprint, tensor)) {
                std::reverse(shape.begin(), shape.end());
            }
            if (tensor.value.sizes() != at::IntArrayRef(shape)) {
                found.push_back({tensor.name,
                                 tensor.name + " is " + nn::shapeText(tensor.value.sizes().vec())
                                     + " in the adapter, the model needs " + nn::shapeText(shape)});
            }
            wanted.erase(entry);
        }
    }
    for (const auto& [name, shape] : wanted) {
        found.push_back({name, name + " is missing in the adapter"});
    }
}

void writeMethod(const fs::path& folder,
                 const methods::AdapterState& state,
                 const nn::Blueprint& blueprint,
                 const BaseIdentity& base)
{
    const Method& method = *methods::findMethod(state.method);
    std::map<std::string, Value> config = {
        {"base_model_name_or_path", base.name},
        {"inference_mode", true},
        {"task_type", "CAUSAL_LM"},
    };
    if (method.peft == nullptr) {
        config[kMethod] = state.method;
        config[kSettings] = state.settings;
    } else {
        config["peft_type"] = method.peft->type;
        const Value form = method.peft->config(state.settings, blueprint);
        for (const auto& [key, value] : form.toObject()) {
            config[key] = value;
        }
    }
    std::map<std::string, at::Tensor> tensors;
    for (const ReplacedParameter& tensor : state.own) {
        tensors[tensor.name] = tensor.value;
    }
    for (const ReplacedParameter& parameter : state.replaced) {
        tensors[parameter.name] =
            isConvWeight(blueprint, parameter) ? parameter.value.t().contiguous() : parameter.value;
    }
    device::writeFileAtomically(folder / "adapter_config.json",
                                toJson(Value::Object(config.begin(), config.end()), 2) + "\n");
    tensors::saveTensors(
        folder / "adapter_model.safetensors",
        {tensors.begin(), tensors.end()},
        {{"format", "pt"},
         {"lora_studio",
          toJson(Value::object({{"method", state.method}, {"base_sha256", base.sha256}}))}});
    device::writeFileAtomically(folder / "README.md", modelCard(method, base, state.parameters()));
}

} // namespace engine::adapters
