// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/vera/vera_peft.h"

#include "engine/device/failure.h"
#include "engine/methods/own_tensors.h"
#include "engine/methods/peft_names.h"
#include "engine/methods/vera/vera_plan.h"

namespace engine::methods::vera {

namespace {

using contract::Value;

std::vector<Target> targetsOf(const Value& settings, const nn::Blueprint& blueprint)
{
    return chosenLinears(settingsOf(settings), blueprint);
}

// In PEFT a slice has no vectors of its own.
bool holds(const AdapterState& state, const nn::Blueprint& blueprint)
{
    return areWholeModules(targetsOf(state.settings, blueprint));
}

Value config(const AdapterState& state, const nn::Blueprint& blueprint)
{
    const VeraSettings vera = settingsOf(state.settings);
    std::set<std::string> modules;
    for (const Target& target : targetsOf(state.settings, blueprint)) {
        modules.insert(target.module->name);
    }
    return Value::object({{"target_modules", Value::list(peftTargets(modules, blueprint))},
                          {"r", vera.rank},
                          {"d_initial", vera.dInitial},
                          {"vera_dropout", vera.dropout},
                          {"projection_prng_key", vera.projectionPrngKey},
                          {"save_projection", vera.saveProjection},
                          {"bias", "none"}});
}

std::vector<nn::TrainableTensor>
expected(const Value& settings, const Value&, const nn::Blueprint& blueprint)
{
    const VeraSettings vera = settingsOf(settings);
    const std::vector<Target> targets = targetsOf(settings, blueprint);
    std::vector<nn::TrainableTensor> all;
    for (const Target& target : targets) {
        all.push_back({peftTensor(*target.module, kB), {target.rows()}});
        all.push_back({peftTensor(*target.module, kD), {vera.rank}});
    }
    if (vera.saveProjection) {
        all.push_back({kProjectionA, shapeOfA(vera, targets)});
        all.push_back({kProjectionB, shapeOfB(vera, targets)});
    }
    return all;
}

std::vector<ReplacedParameter> tensors(const AdapterState& state, const nn::Blueprint& blueprint)
{
    std::vector<ReplacedParameter> all;
    for (const Target& target : targetsOf(state.settings, blueprint)) {
        for (const char* kind : {kB, kD}) {
            all.push_back({peftTensor(*target.module, kind),
                           *findTensor(state.own, target.name() + "." + kind)});
        }
    }
    if (settingsOf(state.settings).saveProjection) {
        all.insert(all.end(), state.frozen.begin(), state.frozen.end());
    }
    return all;
}

Value settings(const Value& config, const std::vector<ReplacedParameter>& tensors)
{
    Value targets = Value::List();
    for (const ReplacedParameter& tensor : tensors) {
        const auto& [module, kind] = splitTensorName(tensor.name);
        if (kind == kD) {
            targets.append(module);
        }
    }
    return Value::object({{"targets", targets},
                          {"rank", config["r"].toInteger(256)},
                          {"d_initial", config["d_initial"].toDouble(0.1)},
                          {"dropout", config["vera_dropout"].toDouble(0)},
                          {"projection_prng_key", config["projection_prng_key"].toInteger(0)},
                          {"save_projection", config["save_projection"].toBool(true)}});
}

void fit(AdapterState& state, const Value&, const nn::Blueprint& blueprint)
{
    std::vector<ReplacedParameter> own;
    for (const Target& target : targetsOf(state.settings, blueprint)) {
        for (const char* kind : {kB, kD}) {
            own.push_back({target.name() + "." + kind,
                           *findTensor(state.own, peftTensor(*target.module, kind))});
        }
    }
    state.own = std::move(own);
}

constexpr PeftModules kModules = {holds, tensors, expected, settings, fit};

} // namespace

const PeftForm kPeft = {"VERA", config, nullptr, &kModules};

} // namespace engine::methods::vera
