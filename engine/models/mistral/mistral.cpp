// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/mistral/mistral.h"

#include "engine/contract/text.h"
#include "engine/models/decoder_layout.h"

namespace engine::models::mistral {

namespace {

DecoderLayout read(const ModelConfig& config)
{
    LayoutDefaults defaults;
    defaults.context = int64_t{1} << 17;
    defaults.kvHeads = 8;
    DecoderLayout layout = layoutOf(config, "mistral", defaults);
    addWindows(
        layout, config, std::vector<bool>(static_cast<std::size_t>(layout.layers), true), 4096);
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

const Family kMistral = {
    "mistral",
    "Mistral",
    LS_TEXT("Mistral 7B, Mistral Nemo, Zephyr and models of the same shape"),
    "model.",
    kIgnored,
    blueprint,
    assembled,
};

} // namespace engine::models::mistral
