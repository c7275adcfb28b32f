// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What LoRA trains on a blueprint: one pair of factors per target, then the parameters trained in
// full.
#pragma once

#include "engine/methods/lora/lora.h"
#include "engine/methods/module_pattern.h"

namespace engine::methods::lora {

// One planned update of a target.
struct Slot
{
    Target target;
    int64_t rank;
    double alpha;

    int64_t parameters() const { return rank * (target.inputs() + target.rows()); }
};

struct Plan
{
    std::vector<Slot> slots;
    std::vector<std::string> parameters; // stored parameters trained in full
    std::vector<std::string> savedModules;
    std::vector<nn::TrainableTensor> tensors; // A and B of every slot, then the parameters
};

// The plan points into `blueprint`. Throws Failure(no_target, nothing_to_train, bad_field).
Plan planOf(const LoraSettings& settings, const nn::Blueprint& blueprint);

} // namespace engine::methods::lora
