// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/registry.h"

#include "engine/methods/adalora/adalora.h"
#include "engine/methods/adapter_h/adapter_h.h"
#include "engine/methods/adapter_l/adapter_l.h"
#include "engine/methods/adapter_p/adapter_p.h"
#include "engine/methods/bitfit/bitfit.h"
#include "engine/methods/dylora/dylora.h"
#include "engine/methods/full/full.h"
#include "engine/methods/ia3/ia3.h"
#include "engine/methods/lora/lora.h"
#include "engine/methods/prefix_embedding/prefix_embedding.h"
#include "engine/methods/prefix_layer/prefix_layer.h"
#include "engine/methods/prefix_tuning/prefix_tuning.h"
#include "engine/methods/prompt_tuning/prompt_tuning.h"
#include "engine/methods/top_layers/top_layers.h"
#include "engine/methods/vera/vera.h"

#include <array>

namespace engine::methods {

namespace {

const std::array kMethods = {
    &lora::kLora,
    &dylora::kDylora,
    &adalora::kAdalora,
    &vera::kVera,
    &ia3::kIa3,
    &full::kFull,
    &top_layers::kTopLayers,
    &bitfit::kBitfit,
    &adapter_h::kAdapterH,
    &adapter_l::kAdapterL,
    &adapter_p::kAdapterP,
    &prefix_embedding::kPrefixEmbedding,
    &prefix_layer::kPrefixLayer,
    &prompt_tuning::kPromptTuning,
    &prefix_tuning::kPrefixTuning,
};

} // namespace

std::span<const Method* const> methods()
{
    return kMethods;
}

std::string_view approachName(Approach approach)
{
    constexpr std::array<std::string_view, 5> kNames = {
        "everything", "part", "updates", "modules", "tokens"};
    return kNames[static_cast<std::size_t>(approach)];
}

const Method* findMethod(std::string_view id)
{
    for (const Method* method : kMethods) {
        if (method->id == id) {
            return method;
        }
    }
    return nullptr;
}

} // namespace engine::methods
