// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/ia3/ia3_plan.h"

#include "engine/device/failure.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace engine::methods::ia3 {

namespace {

using contract::Value;

bool isLastOfMlp(const Target& target)
{
    return target.module->shortName == "down" || target.module->shortName == "fc_out";
}

// PEFT's modules where it knows the family (TRANSFORMERS_MODELS_TO_IA3_TARGET_MODULES_MAPPING),
// elsewhere those of the paper.
Value targetsOf(const nn::Blueprint& blueprint)
{
    struct Known
    {
        std::string_view family;
        std::array<const char*, 2> modules;
    };
    static constexpr std::array kKnown = {
        Known{"gpt2", {"c_attn", nullptr}},
        Known{"gpt_neox", {"query_key_value", nullptr}},
        Known{"gemma", {"q", "v"}},
        Known{"gemma2", {"q", "v"}},
        Known{"gemma3_text", {"q", "v"}},
        Known{"qwen2", {"q", "v"}},
        Known{"qwen3", {"q", "v"}},
    };
    const auto known = std::find_if(kKnown.begin(), kKnown.end(), [&blueprint](const Known& one) {
        return one.family == blueprint.family;
    });
    const auto modules =
        known == kKnown.end() ? std::array<const char*, 2>{"k", "v"} : known->modules;
    Value targets = Value::List();
    for (const char* module : modules) {
        if (module != nullptr) {
            targets.append(module);
        }
    }
    const auto last = std::find_if(
        blueprint.modules.begin(), blueprint.modules.end(), [](const nn::ModuleSpec& module) {
            return isLastOfMlp({&module, nullptr});
        });
    if (last != blueprint.modules.end()) {
        targets.append(last->shortName);
    }
    return targets;
}

void requireWhole(const Target& target)
{
    if (target.slice != nullptr) {
        throw Failure(code::kBadField,
                      "method.feedforward_modules: " + target.name()
                          + " is a part of a fused weight, all of which reads the same inputs",
                      "Name the whole module",
                      "method.feedforward_modules");
    }
}

void markInputs(std::vector<Slot>& slots, const Value& feedforward, const nn::Blueprint& blueprint)
{
    const std::string field = "method.feedforward_modules";
    const std::vector<Target> named = selectTargets(feedforward, blueprint, field);
    bool any = false;
    for (Slot& slot : slots) {
        slot.isOfInputs = std::any_of(named.begin(), named.end(), [&slot](const Target& other) {
            return other.module == slot.target.module && other.slice == slot.target.slice;
        });
        if (slot.isOfInputs) {
            requireWhole(slot.target);
            any = true;
        }
    }
    if (!any && !named.empty()) {
        throw Failure(code::kBadField,
                      field + ": " + named.front().name() + " is none of method.targets",
                      "Name it in method.targets too: there is its vector trained",
                      field);
    }
}

} // namespace

nn::TrainableTensor Slot::tensor() const
{
    const std::vector<int64_t> shape =
        isOfInputs ? std::vector<int64_t>{1, numbers()} : std::vector<int64_t>{numbers(), 1};
    // Decay would pull towards 0, which switches a feature off; 1 leaves the model as it is.
    return {target.name() + "." + kTensor, shape, 1, false};
}

std::vector<Slot> slotsOf(const Ia3Settings& settings, const nn::Blueprint& blueprint)
{
    TargetSettings chosen = settings;
    if (chosen.targets == Value(kAuto)) {
        chosen.targets = targetsOf(blueprint);
    }
    std::vector<Slot> slots;
    for (const Target& target : chosenLinears(chosen, blueprint)) {
        slots.push_back({target, isLastOfMlp(target)});
    }
    if (settings.feedforwardModules != Value(kAuto)) {
        markInputs(slots, settings.feedforwardModules, blueprint);
    }
    return slots;
}

} // namespace engine::methods::ia3
