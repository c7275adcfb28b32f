// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/ia3/ia3_peft.h"

#include "engine/device/failure.h"
#include "engine/methods/ia3/ia3.h"
#include "engine/methods/ia3/ia3_plan.h"
#include "engine/methods/own_tensors.h"
#include "engine/methods/peft_names.h"
#include "engine/nn/row_slices.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/ones.h>

#include <map>

namespace engine::methods::ia3 {

namespace {

using contract::Value;

Ia3Settings settingsOf(const Value& settings)
{
    return valueOrThrow(ia3Schema().parse(settings, "method", contract::UnknownKeys::Ignore));
}

bool holds(const AdapterState&, const nn::Blueprint&)
{
    return true;
}

Value config(const AdapterState& state, const nn::Blueprint& blueprint)
{
    std::set<std::string> outputs;
    std::set<std::string> inputs;
    for (const Slot& slot : slotsOf(settingsOf(state.settings), blueprint)) {
        (slot.isOfInputs ? inputs : outputs).insert(slot.target.module->name);
    }
    // Named apart, so that no suffix means one of each.
    std::set<std::string> targets = peftTargets(outputs, blueprint);
    const std::set<std::string> feedforward = peftTargets(inputs, blueprint);
    targets.insert(feedforward.begin(), feedforward.end());
    return Value::object({{"target_modules", Value::list(targets)},
                          {"feedforward_modules", Value::list(feedforward)},
                          {"init_ia3_weights", state.settings["init_ia3_weights"]}});
}

std::vector<nn::TrainableTensor>
expected(const Value& settings, const Value&, const nn::Blueprint& blueprint)
{
    std::map<std::string, nn::TrainableTensor> tensors;
    for (const Slot& slot : slotsOf(settingsOf(settings), blueprint)) {
        const Slot whole{{slot.target.module, nullptr}, slot.isOfInputs};
        nn::TrainableTensor tensor = whole.tensor();
        tensor.name = peftTensor(*slot.target.module, kTensor);
        tensors.emplace(tensor.name, tensor);
    }
    std::vector<nn::TrainableTensor> all;
    for (auto& [name, tensor] : tensors) {
        all.push_back(std::move(tensor));
    }
    return all;
}

std::vector<ReplacedParameter> tensors(const AdapterState& state, const nn::Blueprint& blueprint)
{
    std::map<std::string, at::Tensor> wholes;
    for (const Slot& slot : slotsOf(settingsOf(state.settings), blueprint)) {
        const at::Tensor& factors = *findTensor(state.own, slot.tensor().name);
        at::Tensor& whole = wholes[peftTensor(*slot.target.module, kTensor)];
        if (slot.target.slice == nullptr) {
            whole = factors;
            continue;
        }
        if (!whole.defined()) {
            whole = at::ones({slot.target.module->out, 1}, at::kFloat);
        }
        whole.index_copy_(0, nn::rowIndices(slot.target.slice->rows), factors);
    }
    std::vector<ReplacedParameter> all;
    for (auto& [name, tensor] : wholes) {
        all.push_back({name, std::move(tensor)});
    }
    return all;
}

// The shape says what a vector is for.
Value settings(const Value& config, const std::vector<ReplacedParameter>& tensors)
{
    Value targets = Value::List();
    Value feedforward = Value::List();
    for (const ReplacedParameter& tensor : tensors) {
        const auto& [module, kind] = splitTensorName(tensor.name);
        if (kind != kTensor || tensor.value.dim() != 2
            || (tensor.value.size(0) != 1 && tensor.value.size(1) != 1)) {
            throw Failure(code::kBadAdapter,
                          tensor.name + " is no vector of IA³",
                          "Export the adapter again",
                          "adapter_model.safetensors");
        }
        targets.append(module);
        if (tensor.value.size(0) == 1) {
            feedforward.append(module);
        }
    }
    const Value& isInitialised = config["init_ia3_weights"];
    return Value::object({{"targets", targets},
                          {"feedforward_modules", feedforward},
                          {"init_ia3_weights", isInitialised.toBool(true)}});
}

void fit(AdapterState& state, const Value&, const nn::Blueprint& blueprint)
{
    std::vector<ReplacedParameter> own;
    for (const Slot& slot : slotsOf(settingsOf(state.settings), blueprint)) {
        at::Tensor factors = *findTensor(state.own, peftTensor(*slot.target.module, kTensor));
        if (slot.target.slice != nullptr) {
            factors = factors.index_select(0, nn::rowIndices(slot.target.slice->rows));
        }
        own.push_back({slot.tensor().name, std::move(factors)});
    }
    state.own = std::move(own);
}

constexpr PeftModules kModules = {holds, tensors, expected, settings, fit};

} // namespace

const PeftForm kPeft = {"IA3", config, nullptr, &kModules};

} // namespace engine::methods::ia3
