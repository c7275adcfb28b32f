// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/dylora/dylora.h"

#include "engine/contract/text.h"
#include "engine/device/failure.h"
#include "engine/methods/dylora/dylora_tuning.h"
#include "engine/methods/dylora/rank_draw.h"

namespace engine::methods::dylora {

namespace {

using contract::Schema;
using contract::Value;

const Schema<DyloraSettings>& dyloraSchema()
{
    static const Schema<DyloraSettings> schema = [] {
        Schema<DyloraSettings> s;
        s.include(lowRankSchema());
        s.choice("update", &DyloraSettings::update, {kUpTo, kSingle})
            .label(LS_TEXT("Trained ranks"))
            .help(LS_TEXT("Of the rank b that a step draws: up_to trains ranks 1 to b, single the "
                          "last of them alone. up_to learns better."));
        s.choice("rank_distribution", &DyloraSettings::rankDistribution, {kUniform, kGeometric})
            .advanced()
            .label(LS_TEXT("Drawn ranks"))
            .help(LS_TEXT("How often a rank is drawn: all alike, or the low ones more often "
                          "(geometric, p = 0.15)."));
        s.boolean("masked_optimizer", &DyloraSettings::maskedOptimizer)
            .advanced()
            .label(LS_TEXT("Leave other ranks alone"))
            .help(LS_TEXT("Ranks that a step does not train keep their values and moments, as in "
                          "the paper. Off: momentum and decay move them all the same, as in the "
                          "released code."));
        return s;
    }();
    return schema;
}

DyloraSettings settingsOf(const Value& settings)
{
    return valueOrThrow(dyloraSchema().parse(settings, "method", contract::UnknownKeys::Ignore));
}

contract::SettingsSchema schema()
{
    return dyloraSchema().erased();
}

std::vector<nn::TrainableTensor> plan(const Value& settings, const nn::Blueprint& blueprint)
{
    return lowRankPlan(settingsOf(settings), blueprint).tensors;
}

std::vector<PlannedTarget> targets(const Value& settings, const nn::Blueprint& blueprint)
{
    const DyloraSettings dylora = settingsOf(settings);
    return plannedTargets(lowRankPlan(dylora, blueprint), dylora);
}

std::unique_ptr<Tuning> attach(const Value& settings, nn::Decoder& decoder, uint64_t seed)
{
    return std::make_unique<DyloraTuning>(settingsOf(settings), decoder, seed);
}

Demands demands(const Value& settings)
{
    Demands demands;
    if (settings["masked_optimizer"].toBool()) {
        demands.field = "masked_optimizer";
        demands.value = "true";
        demands.partialUpdates = true;
    }
    return demands;
}

constexpr Method method()
{
    Method method = {"dylora",
                     "DyLoRA",
                     LS_TEXT("Trains low-rank updates that work at every rank up to the largest"),
                     schema,
                     plan,
                     targets,
                     attach};
    method.paper = "Valipour et al. 2023";
    method.hasNestedRanks = true;
    method.demands = demands;
    return method;
}

} // namespace

const Method kDylora = method();

} // namespace engine::methods::dylora
