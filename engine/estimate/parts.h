// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a method trains, by part of the model, in words for people who look for no tensor.
#pragma once

#include "engine/nn/blueprint.h"
#include "engine/nn/parameter_buffer.h"

#include <cstdint>
#include <string>
#include <vector>

namespace engine::estimate {

struct Part
{
    std::string id;         // "attention", "mlp_bias", "prompt_embeddings", …; permanent
    std::string name;       // in English, as labels of fields are
    int64_t layers = 0;     // blocks it is in; 0 outside the blocks
    int64_t parameters = 0; // that are trained there
};

// In the order of first appearance; the parameters sum to those of `tensors`. A tensor belongs to
// the module that its name starts with; one of the method's own to what it is called.
std::vector<Part> partsOf(const std::vector<nn::TrainableTensor>& tensors,
                          const nn::Blueprint& blueprint);

} // namespace engine::estimate
