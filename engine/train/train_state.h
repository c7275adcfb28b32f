// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Where a run stands: with the trained numbers and the moments, all that exact resume needs, since
// every source of randomness derives from (seed, purpose, step).
#pragma once

#include "engine/contract/value.h"

#include <cstdint>
#include <optional>

namespace engine::train {

struct TrainState
{
    int64_t totalSteps = 0;         // of the job that wrote this
    int64_t step = 0;               // optimiser steps done
    int64_t epoch = 0;              // epochs finished
    int64_t stepInEpoch = 0;        // steps done of the running epoch
    int64_t tokens = 0;             // tokens read so far
    int64_t trainedTokens = 0;      // of them, those with loss
    double seconds = 0;             // spent in steps
    std::optional<double> bestLoss; // smallest validation loss so far
    int64_t bestStep = 0;
    int64_t staleEvaluations = 0; // evaluations since the best one
    contract::Value resolved =
        {}; // what `auto` became, and the hashes of base and data: exact resume needs them equal
    bool isFinished = false; // stopped early or all steps done
};

contract::Value toValue(const TrainState& state);
contract::Result<TrainState> parseTrainState(const contract::Value& value);

} // namespace engine::train
