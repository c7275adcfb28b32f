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
    defaults.context = 32768;
    defaults.kvHeads = 32;
    DecoderLayout layout = layoutOf(config, "qwen2", defaults);
    layout.hasInputBias = true;
    addUpperWindows(layout, config);
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

const Family kQwen2 = {
    "qwen2",
    "Qwen2",
    LS_TEXT("Qwen 2, Qwen 2.5 and models of the same shape"),
    "model.",
    kIgnored,
    blueprint,
    assembled,
};

} // namespace engine::models::qwen2
