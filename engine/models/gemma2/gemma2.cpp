// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/gemma2/gemma2.h"

#include "engine/contract/text.h"
#include "engine/models/decoder_layout.h"

#include <cmath>

namespace engine::models::gemma2 {

namespace {

DecoderLayout read(const ModelConfig& config)
{
    LayoutDefaults defaults;
    defaults.vocabulary = 256000;
    defaults.hidden = 2304;
    defaults.intermediate = 9216;
    defaults.layers = 26;
    defaults.heads = 8;
    defaults.context = 8192;
    defaults.kvHeads = 4;
    defaults.headDim = 256;
    defaults.isTied = true;
    defaults.activationKey = "hidden_activation";
    defaults.activation = "gelu_pytorch_tanh";
    DecoderLayout layout = layoutOf(config, "gemma2", defaults);
    layout.hasInputBias = layout.hasOutputBias = config.flag("attention_bias", false);
    layout.hasOutputNorms = true;
    layout.norm = nn::NormKind::OffsetRms;
    layout.embeddingScale = std::sqrt(static_cast<double>(layout.hidden));
    layout.scoreScale = scoreScaleOf(config, 256);
    layout.scoreCap = softCapOf(config, "attn_logit_softcapping", 50);
    layout.logitCap = softCapOf(config, "final_logit_softcapping", 30);
    addWindows(layout,
               config,
               slidingLayers(config, layout.layers, [](int64_t layer) { return layer % 2 == 0; }),
               4096);
    addRope(layout, config, contextOf(config, defaults));
    return layout;
}

} // namespace

const Family kGemma2 = layoutFamily<read>(
    "gemma2", "Gemma 2", LS_TEXT("Gemma 2 (2B, 9B, 27B) and models of the same shape"));

} // namespace engine::models::gemma2
