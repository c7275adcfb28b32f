// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/registry.h"

#include "engine/device/failure.h"
#include "engine/models/gemma/gemma.h"
#include "engine/models/gemma2/gemma2.h"
#include "engine/models/gemma3_text/gemma3_text.h"
#include "engine/models/gpt2/gpt2.h"
#include "engine/models/gpt_neox/gpt_neox.h"
#include "engine/models/llama/llama.h"
#include "engine/models/mistral/mistral.h"
#include "engine/models/phi3/phi3.h"
#include "engine/models/qwen2/qwen2.h"
#include "engine/models/qwen3/qwen3.h"

#include <array>

namespace engine::models {

namespace {

// No real model is near this, and so many bytes, kept several times over, still fit 64 bits.
constexpr double kMostNumbers = 1e15;

const std::array kFamilies = {
    &llama::kLlama,
    &mistral::kMistral,
    &qwen2::kQwen2,
    &qwen3::kQwen3,
    &gemma::kGemma,
    &gemma2::kGemma2,
    &gemma3_text::kGemma3Text,
    &phi3::kPhi3,
    &gpt2::kGpt2,
    &gpt_neox::kGptNeox,
};

} // namespace

std::span<const Family* const> families()
{
    return kFamilies;
}

const Family& familyOf(const ModelConfig& config)
{
    const std::string type = config.text("model_type", "");
    std::string known;
    for (const Family* family : kFamilies) {
        if (family->id == type) {
            return *family;
        }
        known += (known.empty() ? "" : ", ") + std::string(family->id);
    }
    config.unsupported("model_type",
                       type.empty() ? "is missing" : "\"" + type + "\" is not one of " + known);
}

nn::Blueprint blueprintOf(const ModelConfig& config)
{
    nn::Blueprint blueprint = familyOf(config).blueprint(config);
    double numbers = 0;
    for (const nn::ModuleSpec& module : blueprint.modules) {
        numbers += static_cast<double>(module.out) * static_cast<double>(module.in + 1);
    }
    if (numbers > kMostNumbers) {
        throw Failure(code::kBadModel,
                      "config.json: its sizes make more numbers than any model has",
                      "Compare config.json with the model's source",
                      config.path().string());
    }
    return blueprint;
}

} // namespace engine::models
