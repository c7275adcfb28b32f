// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/qwen3/qwen3.h"

#include "engine/contract/text.h"
#include "engine/models/decoder_layout.h"

namespace engine::models::qwen3 {

namespace {

DecoderLayout read(const ModelConfig& config)
{
    LayoutDefaults defaults;
    defaults.vocabulary = 151936;
    defaults.intermediate = 22016;
    defaults.context = 32768;
    defaults.kvHeads = 32;
    defaults.headDim = 128;
    DecoderLayout layout = layoutOf(config, "qwen3", defaults);
    layout.hasInputBias = layout.hasOutputBias = config.flag("attention_bias", false);
    layout.hasHeadNorms = true;
    addUpperWindows(layout, config);
    addRope(layout, config, contextOf(config, defaults));
    return layout;
}

} // namespace

const Family kQwen3 = layoutFamily<read>(
    "qwen3", "Qwen3", LS_TEXT("Qwen 3 in its dense sizes and models of the same shape"));

} // namespace engine::models::qwen3
