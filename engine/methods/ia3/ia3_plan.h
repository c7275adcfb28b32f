// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What IA³ trains on a blueprint: a vector per target, of its outputs or of its inputs.
#pragma once

#include "engine/methods/chosen_targets.h"
#include "engine/nn/parameter_buffer.h"

#include <vector>

namespace engine::methods::ia3 {

inline constexpr const char* kTensor = "ia3_l"; // as PEFT names it
inline constexpr const char* kAuto = "auto";

struct Ia3Settings : TargetSettings
{
    Ia3Settings() { targets = kAuto; }
    contract::Value feedforwardModules = kAuto;
    bool initIa3Weights = true;
    double dropout = 0;
};

contract::Schema<Ia3Settings> ia3Schema();

struct Slot
{
    Target target;
    bool isOfInputs = false;

    int64_t numbers() const { return isOfInputs ? target.inputs() : target.rows(); }
    // "model.layers.0.mlp.down_proj.ia3_l", [1, in], or [out, 1] of outputs.
    nn::TrainableTensor tensor() const;
};

// Slots in forward order. Targets "auto" are PEFT's of the family (k or q, v, and the last layer of
// the MLP), feedforward modules "auto" the last layers of the MLPs among the targets. The slots
// point into `blueprint`. Throws Failure(no_target, nothing_to_train, bad_field).
std::vector<Slot> slotsOf(const Ia3Settings& settings, const nn::Blueprint& blueprint);

} // namespace engine::methods::ia3
