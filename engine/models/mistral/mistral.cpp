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
    defaults.intermediate = 14336;
    defaults.context = int64_t{1} << 17;
    defaults.kvHeads = 8;
    DecoderLayout layout = layoutOf(config, "mistral", defaults);
    addWindows(
        layout, config, std::vector<bool>(static_cast<std::size_t>(layout.layers), true), 4096);
    addRope(layout, config, contextOf(config, defaults));
    return layout;
}

} // namespace

const Family kMistral = layoutFamily<read>(
    "mistral", "Mistral", LS_TEXT("Mistral 7B, Mistral Nemo, Zephyr and models of the same shape"));

} // namespace engine::models::mistral
