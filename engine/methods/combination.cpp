// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/combination.h"

#include "engine/device/failure.h"
#include "engine/methods/combined_tuning.h"
#include "engine/methods/registry.h"
#include "engine/methods/trainable_mask.h"

#include <algorithm>
#include <set>

namespace engine::methods {

namespace {

struct Chosen
{
    const Method& method;
    const contract::Value& settings;
    std::string where; // "method.with[0].id"
};

std::vector<Chosen> chosenBy(const contract::MethodSection& section)
{
    std::vector<Chosen> all = {{*findMethod(section.id), section.settings, "method.id"}};
    for (const contract::FurtherMethod& further : section.with) {
        all.push_back({*findMethod(further.id),
                       further.settings,
                       "method.with[" + std::to_string(all.size() - 1) + "].id"});
    }
    return all;
}

[[noreturn]] void refuse(const Chosen& further, const std::string& reason)
{
    throw Failure(code::kBadField,
                  further.where + ": " + std::string(further.method.id)
                      + " cannot be trained together with these: " + reason,
                  "Leave one of them out",
                  further.where);
}

// Two of one approach would do the same thing twice, and everything leaves nothing to add to.
void requireDifferent(const Chosen& one, const Chosen& further)
{
    const auto isOf = [&](Approach approach) {
        return one.method.approach == approach && further.method.approach == approach;
    };
    const std::string both =
        std::string(one.method.id) + " and " + std::string(further.method.id) + " both ";
    if (one.method.approach == Approach::Everything
        || further.method.approach == Approach::Everything) {
        const bool isFirst = one.method.approach == Approach::Everything;
        refuse(further,
               std::string((isFirst ? one : further).method.id)
                   + " trains the whole model already");
    }
    if (isOf(Approach::Tokens)) {
        refuse(further, both + "put tokens into the text, which has one set of them");
    }
    if (isOf(Approach::Updates)) {
        refuse(further, both + "train updates of the model's layers");
    }
    if (isOf(Approach::Modules)) {
        refuse(further, both + "put modules behind the same sub-layers");
    }
    if (isOf(Approach::Part)) {
        refuse(further, both + "train parameters of the model in place");
    }
}

// A vector that scales a module's outputs or inputs does so with what is trained in place of them,
// but a saved parameter does not know of it.
void requireUnscaled(const Chosen& scaling,
                     const Chosen& last,
                     const std::set<std::string>& names,
                     const nn::Blueprint& blueprint)
{
    for (const nn::TrainableTensor& vector : scaling.method.plan(scaling.settings, blueprint)) {
        for (const std::string& name : names) {
            const bool isParameter = name.ends_with(".weight") || name.ends_with(".bias");
            if (isParameter && vector.name.starts_with(name.substr(0, name.rfind('.') + 1))) {
                refuse(last, name + " would be trained and scaled at once");
            }
        }
    }
}

// What is trained in place is not frozen below an update of it.
void requireApart(const std::vector<Chosen>& chosen,
                  const std::vector<nn::TrainableTensor>& plan,
                  const nn::Blueprint& blueprint)
{
    std::set<std::string> names;
    for (const nn::TrainableTensor& tensor : plan) {
        if (!names.insert(tensor.name).second) {
            refuse(chosen.back(), tensor.name + " would be trained twice");
        }
    }
    for (const Chosen& one : chosen) {
        for (const PlannedTarget& target : one.method.targets(one.settings, blueprint)) {
            const std::string weight = target.module + ".weight";
            const bool isTrainedInPlace = names.contains(weight);
            if (isTrainedInPlace && chosen.size() > 1) {
                refuse(chosen.back(), weight + " would be trained and updated at once");
            }
        }
        if (one.method.effect == Effect::Scales) {
            requireUnscaled(one, chosen.back(), names, blueprint);
        }
    }
}

} // namespace

std::vector<nn::TrainableTensor> planOf(const contract::MethodSection& section,
                                        const nn::Blueprint& blueprint)
{
    const std::vector<Chosen> chosen = chosenBy(section);
    for (std::size_t i = 1; i < chosen.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            requireDifferent(chosen[j], chosen[i]);
        }
    }
    std::vector<nn::TrainableTensor> plan;
    for (const Chosen& one : chosen) {
        const double factor = one.method.learningRate / chosen.front().method.learningRate;
        for (nn::TrainableTensor& tensor : one.method.plan(one.settings, blueprint)) {
            tensor.learningRateFactor *= factor;
            plan.push_back(std::move(tensor));
        }
    }
    if (chosen.size() > 1) {
        requireApart(chosen, plan, blueprint);
    }
    return plan;
}

std::vector<PlannedTarget> targetsOf(const contract::MethodSection& section,
                                     const nn::Blueprint& blueprint)
{
    std::vector<PlannedTarget> targets;
    for (const Chosen& one : chosenBy(section)) {
        for (PlannedTarget& target : one.method.targets(one.settings, blueprint)) {
            targets.push_back(std::move(target));
        }
    }
    return targets;
}

int64_t virtualTokensOf(const contract::MethodSection& section)
{
    int64_t tokens = 0;
    for (const Chosen& one : chosenBy(section)) {
        tokens += one.method.virtualTokens == nullptr ? 0 : one.method.virtualTokens(one.settings);
    }
    return tokens;
}

int64_t savedBeside(const contract::MethodSection& section, const nn::Blueprint& blueprint)
{
    int64_t numbers = 0;
    for (const Chosen& one : chosenBy(section)) {
        numbers +=
            one.method.savedBeside == nullptr ? 0 : one.method.savedBeside(one.settings, blueprint);
    }
    return numbers;
}

std::unique_ptr<Tuning> attach(const contract::MethodSection& section,
                               nn::Decoder& decoder,
                               uint64_t seed,
                               const OriginalWeights& originals)
{
    std::vector<std::unique_ptr<Tuning>> tunings;
    for (const Chosen& one : chosenBy(section)) {
        tunings.push_back(one.method.attach(one.settings, decoder, seed));
        const bool wantsLoss =
            one.method.demands != nullptr && one.method.demands(one.settings).packingLoss;
        if (wantsLoss && originals) {
            AdapterState state = tunings.back()->state();
            startFromPackingLoss(state, decoder, originals, seed);
            tunings.back()->load(state);
        }
    }
    if (tunings.size() == 1) {
        return std::move(tunings.front());
    }
    nn::ParameterBuffer buffer(planOf(section, decoder.blueprint()), decoder.device());
    return std::make_unique<CombinedTuning>(std::move(tunings), std::move(buffer));
}

void requireSameMethods(const contract::MethodSection& section, const AdapterState& state)
{
    std::set<std::string> trained;
    for (const AdapterState& further : state.with) {
        trained.insert(further.method);
    }
    for (const contract::FurtherMethod& further : section.with) {
        if (trained.erase(further.id) == 0) {
            refuseStart("what " + further.id + " trained", true);
        }
    }
    if (!trained.empty()) {
        refuseStart("what " + *trained.begin() + " trained, which this job does not", false);
    }
}

} // namespace engine::methods
