// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/train/train_state.h"

#include "engine/contract/error_codes.h"

#include <array>
#include <utility>

namespace engine::train {

using contract::Value;

namespace {

constexpr int64_t kStateVersion = 1;

constexpr auto kCounters = std::to_array<std::pair<const char*, int64_t TrainState::*>>({
    {"total_steps", &TrainState::totalSteps},
    {"step", &TrainState::step},
    {"epoch", &TrainState::epoch},
    {"step_in_epoch", &TrainState::stepInEpoch},
    {"tokens", &TrainState::tokens},
    {"trained_tokens", &TrainState::trainedTokens},
    {"best_step", &TrainState::bestStep},
    {"stale_evaluations", &TrainState::staleEvaluations},
});

} // namespace

Value toValue(const TrainState& state)
{
    Value value = Value::object({{"version", kStateVersion}});
    for (const auto& [key, member] : kCounters) {
        value.set(key, state.*member);
    }
    value.set("seconds", state.seconds);
    value.set("best_loss", state.bestLoss ? Value(*state.bestLoss) : Value());
    value.set("finished", state.isFinished);
    value.set("resolved", state.resolved);
    return value;
}

contract::Result<TrainState> parseTrainState(const Value& value)
{
    using contract::Error;
    if (value["version"].toInteger() > kStateVersion) {
        return Error{std::string(contract::code::kNewerFormat),
                     "the checkpoint was written by a newer version",
                     "Use that version to resume",
                     "version"};
    }
    TrainState state;
    for (const auto& [key, member] : kCounters) {
        if (!value[key].isInteger() || value[key].toInteger() < 0) {
            return Error{std::string(contract::code::kBadFile),
                         std::string(key) + " is missing or negative",
                         "",
                         key};
        }
        state.*member = value[key].toInteger();
    }
    state.seconds = value["seconds"].toDouble();
    if (value["best_loss"].isNumber()) {
        state.bestLoss = value["best_loss"].toDouble();
    }
    state.isFinished = value["finished"].toBool();
    state.resolved = value["resolved"];
    return state;
}

} // namespace engine::train
