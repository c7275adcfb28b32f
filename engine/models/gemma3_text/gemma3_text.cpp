// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/gemma3_text/gemma3_text.h"

#include "engine/contract/text.h"
#include "engine/models/decoder_layout.h"

#include <cmath>

namespace engine::models::gemma3_text {

namespace {

// Blocks with a window turn by `rope_local_base_freq`, the others by `rope_theta` and its scaling.
void addRopes(DecoderLayout& layout, const ModelConfig& config, int64_t context)
{
    RopeFamily global;
    global.theta = 1e6;
    RopeFamily local;
    local.thetaKey = "rope_local_base_freq";
    RopeObject localObject{"rope_parameters.sliding_attention", {}};
    if (config.value()["rope_parameters"]["sliding_attention"].isObject()) {
        localObject = ropeObjectOf(config, "sliding_attention");
    }
    const int64_t headDim = layout.attention.headDim;
    layout.ropes = {
        ropeOf(config, ropeObjectOf(config, "full_attention"), headDim, context, global),
        ropeOf(config, localObject, headDim, context, local)};
}

DecoderLayout read(const ModelConfig& config)
{
    LayoutDefaults defaults;
    defaults.vocabulary = 262208;
    defaults.hidden = 2304;
    defaults.intermediate = 9216;
    defaults.layers = 26;
    defaults.heads = 8;
    defaults.context = int64_t{1} << 17;
    defaults.kvHeads = 4;
    defaults.headDim = 256;
    defaults.isTied = true;
    defaults.activationKey = "hidden_activation";
    defaults.activation = "gelu_pytorch_tanh";
    DecoderLayout layout = layoutOf(config, "gemma3_text", defaults);
    layout.hasInputBias = layout.hasOutputBias = config.flag("attention_bias", false);
    layout.hasHeadNorms = true;
    layout.hasOutputNorms = true;
    layout.norm = nn::NormKind::OffsetRms;
    layout.embeddingScale = std::sqrt(static_cast<double>(layout.hidden));
    layout.scoreScale = scoreScaleOf(config, 256);
    layout.logitCap = softCapOf(config, "final_logit_softcapping", 0);
    const char* const patternKey = config.value().contains("sliding_window_pattern")
                                       ? "sliding_window_pattern"
                                       : "_sliding_window_pattern";
    const int64_t pattern = config.size(patternKey, 6);
    const std::vector<bool> isSliding = slidingLayers(
        config, layout.layers, [pattern](int64_t layer) { return (layer + 1) % pattern != 0; });
    addWindows(layout, config, isSliding, 4096);
    layout.ropeOf.assign(isSliding.begin(), isSliding.end());
    addRopes(layout, config, contextOf(config, defaults));
    return layout;
}

} // namespace

const Family kGemma3Text = layoutFamily<read>(
    "gemma3_text",
    "Gemma 3",
    LS_TEXT("The text models of Gemma 3 (270M, 1B) and models of the same shape"));

} // namespace engine::models::gemma3_text
