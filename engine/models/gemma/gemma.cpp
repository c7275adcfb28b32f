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
    defaults.vocabulary = 256000;
    defaults.hidden = 3072;
    defaults.intermediate = 24576;
    defaults.layers = 28;
    defaults.heads = 16;
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

} // namespace

const Family kGemma =
    layoutFamily<read>("gemma", "Gemma", LS_TEXT("Gemma 1 (2B, 7B) and models of the same shape"));

} // namespace engine::models::gemma
