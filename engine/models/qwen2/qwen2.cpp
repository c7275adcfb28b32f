// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/qwen2/qwen2.h"

#include "engine/contract/text.h"
#include "engine/models/decoder_layout.h"

namespace engine::models::qwen2 {

namespace {

DecoderLayout read(const ModelConfig& config)
{
    LayoutDefaults defaults;
    defaults.vocabulary = 151936;
    defaults.intermediate = 22016;
    defaults.context = 32768;
    defaults.kvHeads = 32;
    DecoderLayout layout = layoutOf(config, "qwen2", defaults);
    layout.hasInputBias = true;
    addUpperWindows(layout, config);
    addRope(layout, config, contextOf(config, defaults));
    return layout;
}

} // namespace

const Family kQwen2 =
    layoutFamily<read>("qwen2", "Qwen2", LS_TEXT("Qwen 2, Qwen 2.5 and models of the same shape"));

} // namespace engine::models::qwen2
