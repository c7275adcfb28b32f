// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What low-rank methods train on a blueprint: one pair of factors per target, then the parameters
// trained in full.
#pragma once

#include "engine/methods/low_rank_settings.h"
#include "engine/methods/method.h"
#include "engine/methods/module_pattern.h"

namespace engine::methods {

// One planned update of a target.
struct LowRankSlot
{
    Target target;
    int64_t rank;
    double alpha;

    int64_t parameters() const { return rank * (target.inputs() + target.rows()); }
};

struct LowRankPlan
{
    std::vector<LowRankSlot> slots;
    std::vector<std::string> parameters; // stored parameters trained in full
    std::vector<std::string> savedModules;
    std::vector<nn::TrainableTensor> tensors; // A and B of every slot, then the parameters
};

// The plan points into `blueprint`. Throws Failure(no_target, nothing_to_train, bad_field).
LowRankPlan lowRankPlan(const LowRankSettings& settings, const nn::Blueprint& blueprint);

// The slots as estimates list them; scale is alpha / rank, or alpha / √rank.
std::vector<PlannedTarget> plannedTargets(const LowRankPlan& plan, bool usesRslora);

} // namespace engine::methods
