// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/vera/vera.h"

#include "engine/methods/attached_adapters.h"
#include "engine/methods/dropout_field.h"
#include "engine/methods/low_rank_adapter.h"
#include "engine/methods/own_tensors.h"
#include "engine/methods/vera/vera_peft.h"
#include "engine/methods/vera/vera_plan.h"

namespace engine::methods::vera {

namespace {

using contract::Value;

std::vector<nn::TrainableTensor> plan(const Value& settings, const nn::Blueprint& blueprint)
{
    const VeraSettings vera = settingsOf(settings);
    std::vector<nn::TrainableTensor> tensors;
    for (const Target& target : chosenLinears(vera, blueprint)) {
        tensors.push_back({target.name() + "." + kB, {target.rows()}, 1, false});
        tensors.push_back({target.name() + "." + kD, {vera.rank}, 1, false});
    }
    return tensors;
}

std::vector<PlannedTarget> targets(const Value& settings, const nn::Blueprint& blueprint)
{
    const VeraSettings vera = settingsOf(settings);
    std::vector<PlannedTarget> planned;
    for (const Target& target : chosenLinears(vera, blueprint)) {
        planned.push_back({target.name(),
                           target.module->name,
                           target.shortName(),
                           target.module->layer,
                           vera.rank,
                           1,
                           target.rows() + vera.rank});
    }
    return planned;
}

int64_t savedBeside(const Value& settings, const nn::Blueprint& blueprint)
{
    const VeraSettings vera = settingsOf(settings);
    if (!vera.saveProjection) {
        return 0;
    }
    const std::vector<Target> targets = chosenLinears(vera, blueprint);
    return vera.rank * (shapeOfA(vera, targets)[1] + shapeOfB(vera, targets)[0]);
}

void derive(AdapterState& state, const nn::Blueprint& blueprint)
{
    const VeraSettings vera = settingsOf(state.settings);
    const std::vector<Target> targets = chosenLinears(vera, blueprint);
    if (state.frozen.empty()) {
        const Projections drawn = drawnProjections(vera, targets);
        state.frozen = {{kProjectionA, drawn.a}, {kProjectionB, drawn.b}};
    }
    const Projections shared = {*findTensor(state.frozen, kProjectionA),
                                *findTensor(state.frozen, kProjectionB)};
    for (const Target& target : targets) {
        LowRankFactors factors = factorsOn(target);
        std::tie(factors.a, factors.b) =
            factorsOf(target,
                      shared,
                      *findTensor(state.own, target.name() + "." + kB),
                      *findTensor(state.own, target.name() + "." + kD));
        factors.alpha = static_cast<double>(vera.rank);
        state.factors.push_back(std::move(factors));
    }
    state.isDerived = true;
}

std::unique_ptr<Applied> attachUpdates(const VeraSettings& vera,
                                       const std::vector<Target>& targets,
                                       const Projections& shared,
                                       const std::vector<at::Tensor>& tensors,
                                       nn::Decoder& decoder)
{
    auto attached = std::make_unique<AttachedAdapters>();
    for (std::size_t i = 0; i < targets.size(); ++i) {
        kernels::LowRank update;
        std::tie(update.a, update.b) = projectionsOf(targets[i], shared);
        update.outerScale = tensors[2 * i];
        update.innerScale = tensors[2 * i + 1];
        update.rows = rowsOf(targets[i]);
        update.dropout = vera.dropout;
        attached->attach(*decoder.linear(targets[i].module->name),
                         std::make_unique<LowRankAdapter>(targets[i].name(), std::move(update)));
    }
    return attached;
}

std::unique_ptr<Tuning> attach(const Value& settings, nn::Decoder& decoder, uint64_t /*seed*/)
{
    const nn::Blueprint& blueprint = decoder.blueprint();
    const VeraSettings vera = settingsOf(settings);
    const std::vector<Target> targets = chosenLinears(vera, blueprint);
    Projections shared = drawnProjections(vera, targets);
    shared = {shared.a.to(decoder.device()), shared.b.to(decoder.device())};
    nn::ParameterBuffer buffer(plan(settings, blueprint), decoder.device());
    for (std::size_t i = 0; i < targets.size(); ++i) {
        buffer.leaf(2 * i + 1).detach().fill_(vera.dInitial);
    }
    AdapterState state;
    state.method = kVera.id;
    state.settings = settings;
    state.frozen = {{kProjectionA, shared.a}, {kProjectionB, shared.b}};
    return std::make_unique<OwnTensorsTuning>(
        std::move(state),
        std::move(buffer),
        [&](const std::vector<at::Tensor>& tensors) {
            return attachUpdates(vera, targets, shared, tensors, decoder);
        },
        [&decoder](AdapterState& trained) { derive(trained, decoder.blueprint()); });
}

constexpr Method veraMethod()
{
    Method method = {"vera",
                     "VeRA",
                     LS_TEXT("Trains two vectors per module around shared random matrices"),
                     [] { return veraSchema().erased(); },
                     plan,
                     targets,
                     attach,
                     Effect::LowRank,
                     4e-3};
    method.peft = &kPeft;
    method.paper = "Kopiczko et al. 2024";
    method.derive = derive;
    method.savedBeside = savedBeside;
    return method;
}

} // namespace

contract::Schema<VeraSettings> veraSchema()
{
    contract::Schema<VeraSettings> s;
    s.integer("rank", &VeraSettings::rank)
        .range(1, 65536)
        .label(LS_TEXT("Rank"))
        .help(LS_TEXT("Inner size of the shared random matrices. Far more than of LoRA, since one "
                      "trained number stands for a whole row."));
    addDropout(s, &VeraSettings::dropout);
    addTargets(s,
               LS_TEXT("all-linear, a list of names or short names (q k v o gate up down fc_in "
                       "fc_out), or a regular expression."));
    s.number("d_initial", &VeraSettings::dInitial)
        .range(-100, 100)
        .advanced()
        .label(LS_TEXT("First value of d"))
        .help(LS_TEXT("Where the inner vectors begin. 0.1 or less is recommended; the outer ones "
                      "begin at 0, so that training starts from the base model."));
    s.integer("projection_prng_key", &VeraSettings::projectionPrngKey)
        .range(0, 9007199254740992)
        .advanced()
        .label(LS_TEXT("Key of the random matrices"))
        .help(LS_TEXT("Decides their numbers, which are PEFT's for the same key."));
    s.boolean("save_projection", &VeraSettings::saveProjection)
        .advanced()
        .label(LS_TEXT("Save the random matrices"))
        .help(LS_TEXT("Otherwise whoever reads the adapter draws them again from the key."));
    return s;
}

const Method kVera = veraMethod();

} // namespace engine::methods::vera
