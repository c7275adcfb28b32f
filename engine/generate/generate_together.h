// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Several prompts continued side by side, a token each per pass. Compute thread only.
#pragma once

#include "engine/generate/generator.h"

#include <functional>
#include <span>
#include <vector>

namespace engine::generate {

// Told before every pass which prompts its sequences belong to; false: no more is wanted.
using OnPass = std::function<bool(std::span<const std::size_t> prompts)>;

// Whether the prompts can be continued so: no beams, and no keys that depend on the others' length.
bool canGenerateTogether(const nn::Decoder& decoder,
                         std::span<const std::vector<int64_t>> prompts,
                         const GenerationSettings& settings);

// What generate() gives for each prompt, equal within rounding of the logits. Every prompt draws
// from its own stream of the seed. Throws as generate().
std::vector<Generation> generateTogether(const nn::Decoder& decoder,
                                         const text::Tokenizer& tokenizer,
                                         std::span<const std::vector<int64_t>> prompts,
                                         const GenerationSettings& settings,
                                         const OnPass& onPass);

} // namespace engine::generate
