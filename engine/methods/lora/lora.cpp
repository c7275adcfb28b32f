// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/lora/lora.h"

#include "engine/contract/text.h"
#include "engine/device/failure.h"
#include "engine/methods/low_rank_settings.h"
#include "engine/methods/low_rank_start.h"
#include "engine/methods/low_rank_tuning.h"

namespace engine::methods::lora {

namespace {

using contract::Schema;
using contract::Value;

const Schema<LowRankSettings>& loraSchema()
{
    static const Schema<LowRankSettings> schema = [] {
        Schema<LowRankSettings> s;
        s.include(lowRankSchema());
        s.boolean("use_dora", &LowRankSettings::useDora)
            .advanced()
            .label(LS_TEXT("Learn lengths apart (DoRA)"))
            .help(LS_TEXT("Learns the length of every row of a weight beside its direction, which "
                          "helps small ranks. Steps take longer, with dropout longer still."));
        s.choice("init", &LowRankSettings::init, {std::begin(kStarts), std::end(kStarts)})
            .advanced()
            .label(LS_TEXT("Initial values"))
            .help(LS_TEXT(
                "default, gaussian: A random, B zero, so that training starts from the base model. "
                "orthogonal: both random with a product of zero; the rank must be even. pissa, "
                "olora: the main directions of each weight are trained; the adapter is saved with "
                "twice the rank and works on the original model. loftq: of a base held in nf4 or "
                "int8, starts with a correction of what the rounding took away. none: a random "
                "update."));
        return s;
    }();
    return schema;
}

LowRankSettings settingsOf(const Value& settings)
{
    return valueOrThrow(loraSchema().parse(settings, "method", contract::UnknownKeys::Ignore));
}

contract::SettingsSchema schema()
{
    return loraSchema().erased();
}

std::vector<nn::TrainableTensor> plan(const Value& settings, const nn::Blueprint& blueprint)
{
    return lowRankPlan(settingsOf(settings), blueprint).tensors;
}

std::vector<PlannedTarget> targets(const Value& settings, const nn::Blueprint& blueprint)
{
    const LowRankSettings lora = settingsOf(settings);
    return plannedTargets(lowRankPlan(lora, blueprint), lora);
}

std::unique_ptr<Tuning> attach(const Value& settings, nn::Decoder& decoder, uint64_t seed)
{
    return std::make_unique<LowRankTuning>(kLora.id, settingsOf(settings), decoder, seed);
}

Demands demands(const Value& settings)
{
    Demands demands;
    if (settings["init"] == Value(kLoftq)) {
        demands.field = "init";
        demands.value = kLoftq;
        demands.packingLoss = true;
    }
    return demands;
}

// What started inside the base is saved with twice the rank.
int64_t savedBeside(const Value& settings, const nn::Blueprint& blueprint)
{
    const LowRankSettings lora = settingsOf(settings);
    int64_t numbers = 0;
    if (startsInsideBase(lora.init)) {
        for (const LowRankSlot& slot : lowRankPlan(lora, blueprint).slots) {
            numbers += slot.parameters(/*hasMagnitude=*/false);
        }
    }
    return numbers;
}

constexpr Method method()
{
    Method method = {"lora",
                     "LoRA",
                     LS_TEXT("Trains small low-rank updates beside the frozen weights"),
                     schema,
                     plan,
                     targets,
                     attach};
    method.paper = "Hu et al. 2021";
    method.savedBeside = savedBeside;
    method.demands = demands;
    return method;
}

} // namespace

const Method kLora = method();

} // namespace engine::methods::lora
