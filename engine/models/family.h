// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a model family contributes: config.json → blueprint, and blueprint + weights → parts. One
// constant per folder.
#pragma once

#include "engine/models/model_config.h"
#include "engine/models/parts_builder.h"
#include "engine/nn/decoder.h"

#include <span>
#include <string_view>

namespace engine::models {

struct Family
{
    std::string_view id; // permanent; equals `model_type` of config.json
    std::string_view name;
    std::string_view summary;
    // Module names start with it; files saved from the bare model lack it ("transformer.").
    std::string_view prefix;
    // Tensors that files may hold beside the parameters, by suffix ("attn.masked_bias").
    std::span<const std::string_view> ignoredSuffixes;
    // Throws Failure(bad_model, unsupported) naming the field.
    nn::Blueprint (*blueprint)(const ModelConfig& config);
    nn::Decoder::Parts (*assemble)(const ModelConfig& config, const PartsBuilder& builder);
};

} // namespace engine::models
