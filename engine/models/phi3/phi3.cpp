// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/phi3/phi3.h"

#include "engine/contract/text.h"
#include "engine/models/decoder_layout.h"

namespace engine::models::phi3 {

namespace {

DecoderLayout read(const ModelConfig& config)
{
    LayoutDefaults defaults;
    defaults.vocabulary = 32064;
    defaults.hidden = 3072;
    defaults.intermediate = 8192;
    defaults.context = 4096;
    defaults.epsilon = 1e-5;
    DecoderLayout layout = layoutOf(config, "phi3", defaults);
    layout.isFused = true;
    addWindows(layout, config, std::vector<bool>(static_cast<std::size_t>(layout.layers), true), 0);
    RopeFamily rope;
    rope.isPartial = true;
    rope.aliases = {{"su", "longrope"}, {"yarn", "longrope"}}; // names of first releases
    rope.originalContext = 4096;
    addRope(layout, config, contextOf(config, defaults), rope);
    return layout;
}

} // namespace

const Family kPhi3 = layoutFamily<read>(
    "phi3",
    "Phi-3",
    LS_TEXT("Phi 3, Phi 3.5 and Phi 4 (mini and 14B) and models of the same shape"));

} // namespace engine::models::phi3
