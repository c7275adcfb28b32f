// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/llama/llama.h"

#include "engine/contract/text.h"
#include "engine/models/decoder_layout.h"

namespace engine::models::llama {

namespace {

DecoderLayout read(const ModelConfig& config)
{
    const LayoutDefaults defaults;
    DecoderLayout layout = layoutOf(config, "llama", defaults);
    layout.hasInputBias = layout.hasOutputBias = config.flag("attention_bias", false);
    layout.hasMlpBias = config.flag("mlp_bias", false);
    addRope(layout, config, contextOf(config, defaults));
    return layout;
}

} // namespace

const Family kLlama = layoutFamily<read>(
    "llama", "Llama", LS_TEXT("Llama 1 to 3 and models of the same shape (TinyLlama, SmolLM, …)"));

} // namespace engine::models::llama
