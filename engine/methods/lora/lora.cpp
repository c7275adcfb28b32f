// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/lora/lora.h"

#include "engine/contract/text.h"
#include "engine/device/failure.h"
#include "engine/methods/low_rank_settings.h"
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
        s.choice("init", &LowRankSettings::init, {"default"})
            .advanced()
            .label(LS_TEXT("Initial values"))
            .help(LS_TEXT("default: A uniform in ±1/√inputs, B zero, so that training starts from "
                          "the base model."));
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
    return plannedTargets(lowRankPlan(lora, blueprint), lora.useRslora);
}

std::unique_ptr<Tuning> attach(const Value& settings, nn::Decoder& decoder, uint64_t seed)
{
    return std::make_unique<LowRankTuning>(kLora.id, settingsOf(settings), decoder, seed);
}

} // namespace

const Method kLora = {
    "lora",
    "LoRA",
    LS_TEXT("Trains small low-rank updates beside the frozen weights"),
    schema,
    plan,
    targets,
    attach,
};

} // namespace engine::methods::lora
