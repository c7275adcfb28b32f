// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/adalora/adalora_peft.h"

#include "engine/methods/adalora/adalora_plan.h"
#include "engine/methods/own_tensors.h"
#include "engine/methods/peft_names.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

namespace engine::methods::adalora {

namespace {

using contract::Value;

std::vector<Target> targetsOf(const Value& settings, const nn::Blueprint& blueprint)
{
    return chosenLinears(settingsOf(settings), blueprint);
}

// In PEFT a slice has no triplets of its own.
bool holds(const AdapterState& state, const nn::Blueprint& blueprint)
{
    return areWholeModules(targetsOf(state.settings, blueprint));
}

Value config(const AdapterState& state, const nn::Blueprint& blueprint)
{
    const AdaloraSettings adalora = settingsOf(state.settings);
    std::set<std::string> modules;
    Value pattern;
    for (const Target& target : targetsOf(state.settings, blueprint)) {
        modules.insert(target.module->name);
        const Value& flags = state.record[kRankPattern][target.name()];
        if (!flags.isNull()) {
            pattern.set(peftTensor(*target.module, kE), flags);
        }
    }
    // PEFT refuses a config whose steps leave none to allocate in.
    const int64_t fewest = adalora.tinit + adalora.tfinal + 1;
    return Value::object({{"target_modules", Value::list(peftTargets(modules, blueprint))},
                          {"bias", "none"},
                          {"lora_alpha", adalora.alpha},
                          {"lora_dropout", adalora.dropout},
                          {"init_r", adalora.initR},
                          {"target_r", adalora.targetR},
                          {"tinit", adalora.tinit},
                          {"tfinal", adalora.tfinal},
                          {"deltaT", adalora.deltaT},
                          {"beta1", adalora.beta1},
                          {"beta2", adalora.beta2},
                          {"orth_reg_weight", adalora.orthRegWeight},
                          {"total_step", state.record[kTotalStep].toInteger(fewest)},
                          {"rank_pattern", pattern}});
}

std::vector<nn::TrainableTensor>
expected(const Value& settings, const Value& config, const nn::Blueprint& blueprint)
{
    const AdaloraSettings adalora = settingsOf(settings);
    std::vector<nn::TrainableTensor> all;
    for (const Target& target : targetsOf(settings, blueprint)) {
        const std::string key = peftTensor(*target.module, kE);
        const auto left = static_cast<int64_t>(
            tripletsLeft(config["rank_pattern"][key], adalora.initR, key).size());
        all.push_back({peftTensor(*target.module, kA), {left, target.inputs()}});
        all.push_back({peftTensor(*target.module, kB), {target.rows(), left}});
        all.push_back({key, {left, 1}});
    }
    return all;
}

std::vector<ReplacedParameter> tensors(const AdapterState& state, const nn::Blueprint& blueprint)
{
    const int64_t rank = settingsOf(state.settings).initR;
    std::vector<ReplacedParameter> all;
    for (const Target& target : targetsOf(state.settings, blueprint)) {
        const std::string name = target.name();
        const at::Tensor left =
            at::tensor(tripletsLeft(state.record[kRankPattern][name], rank, name), at::kLong);
        for (const auto& [kind, axis] : {std::pair(kA, 0), std::pair(kB, 1), std::pair(kE, 0)}) {
            const at::Tensor& whole = *findTensor(state.own, name + "." + kind);
            all.push_back({peftTensor(*target.module, kind), whole.index_select(axis, left)});
        }
    }
    return all;
}

Value settings(const Value& config, const std::vector<ReplacedParameter>& tensors)
{
    Value targets = Value::List();
    for (const ReplacedParameter& tensor : tensors) {
        const auto& [module, kind] = splitTensorName(tensor.name);
        if (kind == kE) {
            targets.append(module);
        }
    }
    const int64_t rank = config["init_r"].toInteger(12);
    const double alpha = config["lora_alpha"].toDouble(8);
    return Value::object({{"targets", targets},
                          {"init_r", rank},
                          {"target_r", std::min(rank, config["target_r"].toInteger(8))},
                          {"alpha", alpha > 0 ? alpha : static_cast<double>(rank)},
                          {"dropout", config["lora_dropout"].toDouble(0)},
                          {"tinit", config["tinit"].toInteger(0)},
                          {"tfinal", config["tfinal"].toInteger(0)},
                          {"deltaT", config["deltaT"].toInteger(1)},
                          {"beta1", config["beta1"].toDouble(0.85)},
                          {"beta2", config["beta2"].toDouble(0.85)},
                          {"orth_reg_weight", config["orth_reg_weight"].toDouble(0.5)}});
}

// What was switched off comes back as zeros.
void fit(AdapterState& state, const Value& config, const nn::Blueprint& blueprint)
{
    const int64_t rank = settingsOf(state.settings).initR;
    std::vector<ReplacedParameter> own;
    Value pattern;
    for (const Target& target : targetsOf(state.settings, blueprint)) {
        const std::string name = target.name();
        const Value& flags = config["rank_pattern"][peftTensor(*target.module, kE)];
        const at::Tensor left = at::tensor(tripletsLeft(flags, rank, name), at::kLong);
        for (const auto& [kind, axis] : {std::pair(kA, 0), std::pair(kB, 1), std::pair(kE, 0)}) {
            const at::Tensor& stored = *findTensor(state.own, peftTensor(*target.module, kind));
            std::vector<int64_t> shape = stored.sizes().vec();
            shape[static_cast<std::size_t>(axis)] = rank;
            own.push_back(
                {name + "." + kind, at::zeros(shape, at::kFloat).index_copy_(axis, left, stored)});
        }
        if (!flags.isNull()) {
            pattern.set(name, flags);
        }
    }
    state.own = std::move(own);
    state.record = Value();
    if (config["total_step"].isInteger()) {
        state.record.set(kTotalStep, config["total_step"]);
    }
    if (!pattern.isNull()) {
        state.record.set(kRankPattern, pattern);
    }
}

constexpr PeftModules kModules = {holds, tensors, expected, settings, fit};

} // namespace

const PeftForm kPeft = {"ADALORA", config, nullptr, &kModules};

} // namespace engine::methods::adalora
