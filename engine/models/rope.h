// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Rotary frequencies from config.json: the old `rope_theta` + `rope_scaling` and the new
// `rope_parameters`, with every scaling that transformers' text models share. Source: transformers
// modeling_rope_utils.py; frequencies are computed in float32 in its order, so that far positions
// agree.
#pragma once

#include "engine/models/model_config.h"
#include "engine/nn/rotary.h"

#include <memory>

namespace engine::models {

// A config may claim more; the table of a longer context would fill gigabytes.
inline constexpr int64_t kLongestContext = int64_t{1} << 20; // tokens

// What a family says of its rotary positions.
struct RopeFamily
{
    std::string_view thetaKey = "rope_theta"; // beside the rope object
    double theta = 10000;                     // when nothing gives it
    std::string_view partialKey = "partial_rotary_factor";
    double partial = 1;
    bool isPartial = false; // whether part of a head may stay unturned
    // Other names of scalings ("su" → "longrope").
    std::vector<std::pair<std::string_view, std::string_view>> aliases = {};
    int64_t originalContext = 0; // without `original_max_position_embeddings`; 0: the context
};

struct Rope
{
    at::Tensor frequencies; // float32 [rotaryDim / 2]
    double attentionFactor = 1;
    int64_t context = 0; // tokens it is made for
    nn::Rotary::Longer longer = {};

    std::unique_ptr<nn::Rotary> rotary() const
    {
        return std::make_unique<nn::Rotary>(frequencies, attentionFactor, context, longer);
    }
};

// The object that describes the scaling, and its name for messages.
struct RopeObject
{
    std::string name;
    contract::Value value;
};

// `rope_scaling` where it says something, else `rope_parameters`; `layerType` names the member of
// one that has an object per kind of layer.
RopeObject ropeObjectOf(const ModelConfig& config, std::string_view layerType = "");

//   context  tokens, of `max_position_embeddings`; the result may allow more (dynamic, yarn)
// Types default, linear, dynamic, yarn, longrope and llama3; any other throws Failure(unsupported)
// naming the field, a missing or wrong number Failure(bad_model).
Rope ropeOf(const ModelConfig& config,
            const RopeObject& object,
            int64_t headDim,
            int64_t context,
            const RopeFamily& family);

} // namespace engine::models
