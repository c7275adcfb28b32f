// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/adalora/adalora.h"

#include "engine/device/failure.h"
#include "engine/methods/adalora/adalora_peft.h"
#include "engine/methods/adalora/adalora_tuning.h"
#include "engine/methods/dropout_field.h"

namespace engine::methods::adalora {

namespace {

using contract::Value;

std::vector<nn::TrainableTensor> plan(const Value& settings, const nn::Blueprint& blueprint)
{
    const AdaloraSettings adalora = settingsOf(settings);
    return tensorsOf(adalora, chosenLinears(adalora, blueprint));
}

std::vector<PlannedTarget> targets(const Value& settings, const nn::Blueprint& blueprint)
{
    const AdaloraSettings adalora = settingsOf(settings);
    std::vector<PlannedTarget> planned;
    for (const Target& target : chosenLinears(adalora, blueprint)) {
        planned.push_back({target.name(),
                           target.module->name,
                           target.shortName(),
                           target.module->layer,
                           adalora.initR,
                           adalora.scale(),
                           adalora.initR * (target.inputs() + target.rows() + 1)});
    }
    return planned;
}

std::unique_ptr<Tuning> attach(const Value& settings, nn::Decoder& decoder, uint64_t seed)
{
    return std::make_unique<AdaloraTuning>(settings, decoder, seed);
}

constexpr Method adaloraMethod()
{
    Method method = {"adalora",
                     "AdaLoRA",
                     LS_TEXT("Low-rank updates whose ranks are allotted while training goes on"),
                     [] { return adaloraSchema().erased(); },
                     plan,
                     targets,
                     attach,
                     Effect::LowRank,
                     1e-3};
    method.peft = &kPeft;
    method.paper = "Zhang et al. 2023";
    method.derive = derive;
    return method;
}

} // namespace

contract::Schema<AdaloraSettings> adaloraSchema()
{
    contract::Schema<AdaloraSettings> s;
    s.integer("init_r", &AdaloraSettings::initR)
        .range(1, 1024)
        .label(LS_TEXT("Initial rank"))
        .help(LS_TEXT("Rank of every target's update at the start of training."));
    s.integer("target_r", &AdaloraSettings::targetR)
        .range(1, 1024)
        .label(LS_TEXT("Target rank"))
        .help(LS_TEXT("Mean rank at the end: targets that matter more keep more of it."));
    s.number("alpha", &AdaloraSettings::alpha)
        .range(0, 65536)
        .label(LS_TEXT("Alpha"))
        .help(LS_TEXT("The update is scaled by alpha / initial rank."));
    addDropout(s, &AdaloraSettings::dropout);
    addTargets(s,
               LS_TEXT("all-linear, a list of names or short names (q k v o gate up down fc_in "
                       "fc_out), or a regular expression."));
    s.integer("tinit", &AdaloraSettings::tinit)
        .range(0, 9007199254740992)
        .unit(LS_TEXT("steps"))
        .advanced()
        .label(LS_TEXT("Steps before allocation"))
        .help(LS_TEXT("All ranks stay for so many steps at the start."));
    s.integer("tfinal", &AdaloraSettings::tfinal)
        .range(0, 9007199254740992)
        .unit(LS_TEXT("steps"))
        .advanced()
        .label(LS_TEXT("Steps after allocation"))
        .help(LS_TEXT("Ranks no longer change for so many steps at the end."));
    s.integer("deltaT", &AdaloraSettings::deltaT)
        .range(1, 9007199254740992)
        .unit(LS_TEXT("steps"))
        .advanced()
        .label(LS_TEXT("Steps between allocations"))
        .help(LS_TEXT("How often ranks are allotted anew."));
    s.number("beta1", &AdaloraSettings::beta1)
        .range(0.001, 0.999)
        .advanced()
        .label(LS_TEXT("Smoothing of importance"))
        .help(LS_TEXT("Share of the past in the importance of a rank."));
    s.number("beta2", &AdaloraSettings::beta2)
        .range(0.001, 0.999)
        .advanced()
        .label(LS_TEXT("Smoothing of uncertainty"))
        .help(LS_TEXT("Share of the past in how far the importance of a rank strays."));
    s.number("orth_reg_weight", &AdaloraSettings::orthRegWeight)
        .range(0, 1000)
        .advanced()
        .label(LS_TEXT("Weight of orthogonality"))
        .help(LS_TEXT("Keeps the vectors of an update apart from each other. It is not part of the "
                      "loss that is shown."));
    s.check([](const AdaloraSettings& settings, const std::string& path) -> contract::Result<void> {
        if (settings.targetR <= settings.initR) {
            return {};
        }
        return contract::Error{std::string(code::kBadField),
                               path + ".target_r: expected at most init_r ("
                                   + std::to_string(settings.initR) + "), got "
                                   + std::to_string(settings.targetR),
                               "Ranks only shrink: raise init_r or lower target_r",
                               path + ".target_r"};
    });
    return s;
}

const Method kAdalora = adaloraMethod();

} // namespace engine::methods::adalora
