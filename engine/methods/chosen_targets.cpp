// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/chosen_targets.h"

#include "engine/device/failure.h"

#include <algorithm>

namespace engine::methods {

namespace {

void requireWholes(const std::vector<Target>& targets, const std::vector<Target>& excluded)
{
    for (const Target& target : targets) {
        const auto part =
            std::find_if(excluded.begin(), excluded.end(), [&target](const Target& other) {
                return target.slice == nullptr && other.module == target.module
                       && other.slice != nullptr;
            });
        if (part != excluded.end()) {
            throw Failure(code::kBadField,
                          "method.exclude: " + part->name() + " is a part of " + target.name()
                              + ", which is trained whole",
                          "Name the slices to train in method.targets instead",
                          "method.exclude");
        }
    }
}

} // namespace

std::vector<Target> chosenTargets(const TargetSettings& settings, const nn::Blueprint& blueprint)
{
    std::vector<Target> targets = selectTargets(settings.targets, blueprint, "method.targets");
    targets = inLayers(std::move(targets), settings.layers, blueprint, "method.layers");
    std::vector<Target> excluded;
    if (settings.exclude.isString() || !settings.exclude.toList().empty()) {
        excluded = selectTargets(settings.exclude, blueprint, "method.exclude");
    }
    requireWholes(targets, excluded);
    std::erase_if(targets, [&](const Target& target) {
        return std::any_of(excluded.begin(), excluded.end(), [&target](const Target& other) {
            return other.module == target.module
                   && (other.slice == nullptr || other.slice == target.slice);
        });
    });
    return targets;
}

std::vector<Target> chosenLinears(const TargetSettings& settings, const nn::Blueprint& blueprint)
{
    std::vector<Target> targets = chosenTargets(settings, blueprint);
    const auto embedding = std::find_if(
        targets.begin(), targets.end(), [](const Target& target) { return target.isEmbedding(); });
    if (embedding != targets.end()) {
        throw Failure(code::kBadField,
                      "method.targets: " + embedding->name()
                          + " is an embedding, this method changes linear modules alone",
                      "Leave it out, or choose lora",
                      "method.targets");
    }
    if (targets.empty()) {
        throw Failure(code::kNothingToTrain,
                      "no module is left to train after method.exclude and method.layers",
                      "Widen method.targets or remove an exclusion",
                      "method.targets");
    }
    return targets;
}

kernels::RowSlice rowsOf(const Target& target)
{
    return target.slice == nullptr ? kernels::RowSlice::plain(0, target.rows())
                                   : target.slice->rows;
}

std::string sliceOf(const Target& target)
{
    return target.slice == nullptr ? std::string() : target.slice->shortName;
}

LowRankFactors factorsOn(const Target& target)
{
    LowRankFactors factors;
    factors.module = target.module->name;
    factors.slice = sliceOf(target);
    factors.rows = rowsOf(target);
    factors.isEmbedding = target.isEmbedding();
    return factors;
}

bool areWholeModules(const std::vector<Target>& targets)
{
    return std::all_of(targets.begin(), targets.end(), [](const Target& target) {
        return target.slice == nullptr;
    });
}

} // namespace engine::methods
