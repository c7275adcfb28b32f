// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/registry.h"

#include "engine/models/gpt2/gpt2.h"
#include "engine/models/llama/llama.h"

#include <array>

namespace engine::models {

namespace {

const std::array kFamilies = {
    &llama::kLlama,
    &gpt2::kGpt2,
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

} // namespace engine::models
