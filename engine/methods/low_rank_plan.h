// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What low-rank methods train on a blueprint: one pair of factors per target, then the parameters
// trained in full.
#pragma once

#include "engine/methods/low_rank_settings.h"
#include "engine/methods/low_rank_start.h"
#include "engine/methods/method.h"
#include "engine/methods/module_pattern.h"

namespace engine::methods {

// One planned update of a target.
struct LowRankSlot
{
    Target target;
    int64_t rank;
    double alpha;

    // Of A and B, and with `hasMagnitude` a length per row.
    int64_t parameters(bool hasMagnitude) const
    {
        return rank * (target.inputs() + target.rows()) + (hasMagnitude ? target.rows() : 0);
    }
    double scale(bool usesRslora) const; // alpha / rank, or alpha / √rank
    StartPlace startPlace(bool usesRslora) const;
};

struct LowRankPlan
{
    std::vector<LowRankSlot> slots;
    std::vector<std::string> parameters; // stored parameters trained in full
    std::vector<std::string> savedModules;
    // A and B of every slot, then with DoRA the magnitude of every slot, then the parameters.
    std::vector<nn::TrainableTensor> tensors;

    std::size_t parametersAt(const LowRankSettings& settings) const
    {
        return slots.size() * (settings.useDora ? 3 : 2);
    }
};

// The plan points into `blueprint`. Throws Failure(no_target, nothing_to_train, bad_field).
LowRankPlan lowRankPlan(const LowRankSettings& settings, const nn::Blueprint& blueprint);

// The slots as estimates list them.
std::vector<PlannedTarget> plannedTargets(const LowRankPlan& plan, const LowRankSettings& settings);

} // namespace engine::methods
