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

// Where a trained tensor is.
struct TensorPlace
{
    const nn::ModuleSpec* module = nullptr; // that it is of; null: one of the method's own
    int64_t layer = -1;                     // the block it is in; -1: none
    std::string id;                         // of its part
};

// One of every tensor. A tensor belongs to the module that its name starts with, one of the
// method's own to what it is called. Points into `blueprint`.
std::vector<TensorPlace> placesOf(const std::vector<nn::TrainableTensor>& tensors,
                                  const nn::Blueprint& blueprint);

// In the order of first appearance; the parameters sum to those of `tensors`.
std::vector<Part> partsOf(const std::vector<nn::TrainableTensor>& tensors,
                          const nn::Blueprint& blueprint);

} // namespace engine::estimate
