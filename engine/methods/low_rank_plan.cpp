// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/low_rank_plan.h"

#include "engine/device/failure.h"
#include "engine/methods/chosen_targets.h"
#include "engine/methods/trainable_mask.h"

namespace engine::methods {

namespace {

std::vector<Target> targetsOf(const LowRankSettings& settings,
                              const nn::Blueprint& blueprint,
                              const std::vector<const nn::ModuleSpec*>& saved)
{
    std::vector<Target> targets =
        chosenTargets({settings.targets, settings.exclude, settings.layers}, blueprint);
    std::erase_if(targets, [&saved](const Target& target) {
        return std::find(saved.begin(), saved.end(), target.module) != saved.end();
    });
    return targets;
}

// Biases and whole modules that are trained beside the factors, by stored name.
std::vector<std::string> parametersOf(const LowRankSettings& settings,
                                      const nn::Blueprint& blueprint,
                                      const std::vector<Target>& targets,
                                      const std::vector<const nn::ModuleSpec*>& saved)
{
    std::vector<std::string> names;
    for (const nn::ModuleSpec& module : blueprint.modules) {
        const bool isSaved = std::find(saved.begin(), saved.end(), &module) != saved.end();
        const bool isTarget =
            std::any_of(targets.begin(), targets.end(), [&module](const Target& target) {
                return target.module == &module;
            });
        if (isSaved) {
            names.push_back(module.weightName());
        }
        if (module.bias
            && (isSaved || settings.bias == "all" || (settings.bias == "lora_only" && isTarget))) {
            names.push_back(module.biasName());
        }
    }
    return names;
}

} // namespace

LowRankPlan lowRankPlan(const LowRankSettings& settings, const nn::Blueprint& blueprint)
{
    LowRankPlan plan;
    std::vector<const nn::ModuleSpec*> saved;
    if (!settings.modulesToSave.empty()) {
        saved = selectModules(settings.modulesToSave, blueprint, "method.modules_to_save");
    }
    for (const nn::ModuleSpec* module : saved) {
        if (module->outputHead && blueprint.tiedHead) {
            throw Failure(code::kBadField,
                          "method.modules_to_save: " + module->name
                              + " shares its weight with the embedding",
                          "Train the embedding instead, or leave the head out",
                          "method.modules_to_save");
        }
        plan.savedModules.push_back(module->name);
    }
    const std::vector<Target> targets = targetsOf(settings, blueprint, saved);
    plan.parameters = parametersOf(settings, blueprint, targets, saved);
    if (targets.empty()) {
        throw Failure(code::kNothingToTrain,
                      "no module is left to train after method.exclude, method.layers and "
                      "method.modules_to_save",
                      "Widen method.targets or remove an exclusion",
                      "method.targets");
    }
    const std::vector<double> ranks = valuesByPattern(
        settings.rankPattern, targets, static_cast<double>(settings.rank), "method.rank_pattern");
    const std::vector<double> alphas =
        valuesByPattern(settings.alphaPattern, targets, settings.alpha, "method.alpha_pattern");
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const LowRankSlot slot{targets[i], static_cast<int64_t>(ranks[i]), alphas[i]};
        const std::string name = slot.target.name();
        // LoRA+ is about products of two matrices with an input between them; vectors learn at the
        // rate of B. Source: peft (optimizers/loraplus.py).
        const double ratioOfB = slot.target.isEmbedding() ? 1 : settings.loraPlusRatio;
        requireStart(settings.init, slot.startPlace(settings.useRslora));
        plan.tensors.push_back({name + ".lora_A", {slot.rank, slot.target.inputs()}, 1, true});
        plan.tensors.push_back({name + ".lora_B", {slot.target.rows(), slot.rank}, ratioOfB, true});
        plan.slots.push_back(slot);
    }
    if (settings.useDora) {
        for (const LowRankSlot& slot : plan.slots) {
            plan.tensors.push_back({slot.target.name() + ".lora_magnitude_vector",
                                    {slot.target.rows()},
                                    settings.loraPlusRatio,
                                    false});
        }
    }
    for (const std::string& name : plan.parameters) {
        plan.tensors.push_back(trainableParameter(name, blueprint));
        if (plan.tensors.back().shape.size() == 1) {
            plan.tensors.back().learningRateFactor = settings.loraPlusRatio;
        }
    }
    return plan;
}

double LowRankSlot::scale(bool usesRslora) const
{
    return lowRankScale(alpha, rank, usesRslora);
}

StartPlace LowRankSlot::startPlace(bool usesRslora) const
{
    return {target.name(),
            target.isEmbedding(),
            target.rows(),
            target.inputs(),
            rank,
            scale(usesRslora)};
}

std::vector<PlannedTarget> plannedTargets(const LowRankPlan& plan, const LowRankSettings& settings)
{
    std::vector<PlannedTarget> planned;
    for (const LowRankSlot& slot : plan.slots) {
        planned.push_back({slot.target.name(),
                           slot.target.module->name,
                           slot.target.shortName(),
                           slot.target.module->layer,
                           slot.rank,
                           slot.scale(settings.useRslora),
                           slot.parameters(settings.useDora)});
    }
    return planned;
}

} // namespace engine::methods
