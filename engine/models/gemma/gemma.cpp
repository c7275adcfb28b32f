// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/gemma/gemma.h"

#include "engine/contract/text.h"
#include "engine/models/decoder_layout.h"

#include <cmath>

namespace engine::models::gemma {

namespace {

DecoderLayout read(const ModelConfig& config)
{
    LayoutDefaults defaults;
    defaults.context = 8192;
    defaults.kvHeads = 16;
    defaults.headDim = 256;
    defaults.isTied = true;
    defaults.activation = "gelu_pytorch_tanh";
    // First releases say hidden_act "gelu" and mean the tanh form; `hidden_activation` was added to
    // say so, null in some.
    if (config.value().contains("hidden_activation")) {
        defaults.activationKey = "hidden_activation";
    }
    DecoderLayout layout = layoutOf(config, "gemma", defaults);
    layout.hasInputBias = layout.hasOutputBias = config.flag("attention_bias", false);
    layout.norm = nn::NormKind::OffsetRms;
    layout.embeddingScale = std::sqrt(static_cast<double>(layout.hidden));
    addRope(layout, config, contextOf(config, defaults));
    return layout;
}

nn::Blueprint blueprint(const ModelConfig& config)
{
    return blueprintOf(read(config));
}

nn::Decoder::Parts assembled(const ModelConfig& config, const PartsBuilder& builder)
{
    return assemble(read(config), builder);
}

constexpr std::string_view kIgnored[] = {"rotary_emb.inv_freq"};

} // namespace

const Family kGemma = {
    "gemma",
    "Gemma",
    LS_TEXT("Gemma 1 (2B, 7B) and models of the same shape"),
    "model.",
    kIgnored,
    blueprint,
    assembled,
};

} // namespace engine::models::gemma
