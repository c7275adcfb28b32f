// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/method_folder.h"

#include "engine/adapters/adapter_files.h"
#include "engine/adapters/peft_keys.h"
#include "engine/adapters/peft_patterns.h"
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/methods/registry.h"
#include "engine/nn/shape_text.h"
#include "engine/tensors/safetensors_writer.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace engine::adapters {

namespace fs = std::filesystem;
using contract::Value;
using methods::Method;
using methods::ReplacedParameter;

namespace {

constexpr const char* kMethod = "lora_studio_method";
constexpr const char* kSettings = "lora_studio_settings";
constexpr const char* kRecord = "lora_studio_record";
constexpr std::string_view kTuner = "base_model.";
constexpr std::string_view kModel = "base_model.model.";

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

Value completed(const Method& method, const Value& stated, const fs::path& path)
{
    contract::Result<Value> settings = method.schema().complete(stated, kSettings);
    if (!settings) {
        throw Failure(code::kBadAdapter,
                      "adapter_config.json: " + settings.error().message,
                      "Export the adapter again",
                      path.string());
    }
    return std::move(settings).value();
}

// Of a method that changes modules: how PEFT holds them; null in a folder of our own form.
const methods::PeftModules* modulesOf(const Method& method, const StoredAdapter& adapter)
{
    return adapter.format == "peft" && method.peft != nullptr ? method.peft->modules : nullptr;
}

// The settings that our own record of the file has, else those that PEFT's config amounts to.
Value settingsOf(const Method& method, const StoredAdapter& adapter, const NamedTensors& file)
{
    const fs::path path = adapter.path / "adapter_config.json";
    const methods::PeftModules* modules = modulesOf(method, adapter);
    const Value record = ownRecord(file);
    if (modules != nullptr && record["method"] == Value(method.id)
        && record["settings"].isObject()) {
        return completed(method, record["settings"], path);
    }
    const Value stated = adapter.format != "peft" ? adapter.config[kSettings]
                         : modules != nullptr ? modules->settings(adapter.config, adapter.state.own)
                                              : method.peft->settings(adapter.config);
    return completed(method, stated, path);
}

// What PEFT can have beside the method's own tensors.
void requireAlone(const Value& config, const fs::path& path)
{
    const auto refuse = [&path](const std::string& what) {
        throw Failure(code::kUnsupported,
                      "adapter_config.json: " + what + " is not supported for this method",
                      "Train without it, or merge the adapter with PEFT",
                      path.string());
    };
    if (config["bias"].isString() && config["bias"].toString() != "none") {
        refuse("bias " + config["bias"].toString());
    }
    if (!config["modules_to_save"].toList().empty()) {
        refuse("modules_to_save");
    }
}

// A name in PEFT's file without what stands before the model's own names.
std::string withoutPrefix(const std::string& name)
{
    for (const std::string_view prefix : {kModel, kTuner}) {
        if (name.starts_with(prefix)) {
            return name.substr(prefix.size());
        }
    }
    return name;
}

std::string withPrefix(const std::string& name)
{
    const bool isOfModule = !methods::splitTensorName(name).first.empty();
    return std::string(isOfModule ? kModel : kTuner) + name;
}

// Modules that the config announces and the file lacks, and the other way round.
void checkAnnounced(const StoredAdapter& adapter,
                    const nn::Blueprint& blueprint,
                    std::vector<Mismatch>& found)
{
    const auto targets = targetsOf(adapter.config, blueprint);
    if (!targets) {
        return;
    }
    std::set<std::string> there;
    for (const ReplacedParameter& tensor : adapter.state.own) {
        there.insert(methods::splitTensorName(tensor.name).first);
    }
    for (const nn::ModuleSpec* module : *targets) {
        const std::string name = peftName(*module);
        if (there.erase(name) == 0) {
            found.push_back({name, name + ": adapter_config.json announces it, the file lacks it"});
        }
    }
    for (const std::string& name : there) {
        found.push_back({name,
                         name
                             + " is in the file, but not among the targets of "
                               "adapter_config.json: PEFT would leave it out"});
    }
}

bool isConvWeight(const nn::Blueprint& blueprint, const ReplacedParameter& parameter)
{
    const nn::ModuleSpec* module =
        blueprint.find(parameter.name.substr(0, parameter.name.rfind('.')));
    return module != nullptr && module->kind == nn::ModuleKind::Conv1d
           && parameter.name.ends_with(".weight");
}

std::string
modelCard(const Method& method, bool isPeft, const BaseIdentity& base, int64_t parameters)
{
    std::ostringstream card;
    card << "---\nbase_model: " << toJson(Value(base.name)) << "\n---\n\n# " << method.name
         << "\n\nTrained with LoRA Studio on `" << base.name << "`: " << parameters
         << " parameters.\n\n";
    if (isPeft) {
        card << "Load it with PEFT: `PeftModel.from_pretrained(base_model, \"<this folder>\")`.\n";
    } else {
        card << "It works in LoRA Studio: `lora-engine generate --model BASE --adapter <this "
                "folder>`.\n";
    }
    card << quantizationNote(base.quantization);
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
    adapter.format = config[kMethod].isString() ? "lora_studio" : "peft";
    adapter.baseName = config["base_model_name_or_path"].toString();
    adapter.state.method = method->id;
    adapter.state.record = config[kRecord];
    adapter.state.isHeadTied = method->effect == methods::Effect::Replaces;
    adapter.config = std::move(config);
    const bool isOfModules = modulesOf(*method, adapter) != nullptr;
    if (isOfModules) {
        requireAlone(adapter.config, configPath);
    }
    const NamedTensors file = readTensors(tensorsIn(folder));
    for (const auto& [name, tensor] : file.tensors) {
        const std::string plain = isOfModules ? withoutPrefix(name) : name;
        const bool isShared = isOfModules && methods::splitTensorName(plain).first.empty();
        const bool isReplaced = method->effect == methods::Effect::Replaces;
        auto& tensors = isShared     ? adapter.state.frozen
                        : isReplaced ? adapter.state.replaced
                                     : adapter.state.own;
        tensors.push_back({plain, tensor.to(at::kFloat)});
    }
    adapter.state.settings = settingsOf(*method, adapter, file);
    takeOwnRecord(ownRecord(file), adapter);
    return adapter;
}

void checkMethod(const StoredAdapter& adapter,
                 const nn::Blueprint& blueprint,
                 std::vector<Mismatch>& found)
{
    const Method& method = *methods::findMethod(adapter.state.method);
    const methods::PeftModules* modules = modulesOf(method, adapter);
    const Value& settings = adapter.state.settings;
    std::map<std::string, std::vector<int64_t>> wanted;
    try {
        for (const nn::TrainableTensor& tensor :
             modules == nullptr ? method.plan(settings, blueprint)
                                : modules->expected(settings, adapter.config, blueprint)) {
            wanted[tensor.name] = tensor.shape;
        }
    } catch (const Failure& failure) {
        found.push_back({"", failure.error().message});
        return;
    }
    for (const auto* tensors :
         {&adapter.state.replaced, &adapter.state.own, &adapter.state.frozen}) {
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
    if (modules != nullptr) {
        checkAnnounced(adapter, blueprint, found);
    }
}

void fitMethod(const StoredAdapter& adapter,
               const nn::Blueprint& blueprint,
               methods::AdapterState& state)
{
    const Method& method = *methods::findMethod(state.method);
    if (const methods::PeftModules* modules = modulesOf(method, adapter)) {
        modules->fit(state, adapter.config, blueprint);
    }
    if (method.derive != nullptr) {
        method.derive(state, blueprint);
    }
}

bool hasPeftForm(const methods::AdapterState& state, const nn::Blueprint& blueprint)
{
    const methods::PeftForm* form = methods::findMethod(state.method)->peft;
    return form != nullptr && (form->modules == nullptr || form->modules->holds(state, blueprint));
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
    Value record = ownRecordOf(state.method, base);
    std::map<std::string, at::Tensor> tensors;
    const bool isPeft = hasPeftForm(state, blueprint);
    if (isPeft) {
        config["peft_type"] = method.peft->type;
        const Value form = method.peft->config(state, blueprint);
        for (const auto& [key, value] : form.toObject()) {
            config[key] = value;
        }
    } else {
        config[kMethod] = state.method;
        config[kSettings] = state.settings;
        if (!state.record.isNull()) {
            config[kRecord] = state.record;
        }
    }
    if (isPeft && method.peft->modules != nullptr) {
        record.set("settings", state.settings);
        for (const ReplacedParameter& tensor : method.peft->modules->tensors(state, blueprint)) {
            tensors[withPrefix(tensor.name)] = tensor.value;
            const nn::ModuleSpec* module =
                moduleNamed(blueprint, methods::splitTensorName(tensor.name).first);
            if (module != nullptr && module->kind == nn::ModuleKind::Conv1d) {
                config["fan_in_fan_out"] = true;
            }
        }
    } else {
        for (const ReplacedParameter& tensor : state.own) {
            tensors[tensor.name] = tensor.value;
        }
    }
    for (const ReplacedParameter& parameter : state.replaced) {
        tensors[parameter.name] =
            isConvWeight(blueprint, parameter) ? parameter.value.t().contiguous() : parameter.value;
    }
    device::writeFileAtomically(folder / "adapter_config.json",
                                toJson(Value::Object(config.begin(), config.end()), 2) + "\n");
    tensors::saveTensors(folder / "adapter_model.safetensors",
                         {tensors.begin(), tensors.end()},
                         {{"format", "pt"}, {"lora_studio", toJson(record)}});
    device::writeFileAtomically(folder / "README.md",
                                modelCard(method, isPeft, base, state.parameters()));
}

} // namespace engine::adapters
