// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// How the next token of a chat turn is chosen, declared once for the engine's parser and the
// studio's sampling panel. Rules and order are those of transformers' logits processors.
#pragma once

#include "engine/contract/schema.h"

#include <cstdint>
#include <string>
#include <vector>

namespace engine::contract {

struct Sampling
{
    int64_t maxNewTokens = 256;
    double temperature = 0.7; // 0 = greedy: always the most probable token
    double topP = 1;
    int64_t topK = 0; // 0 = all
    double minP = 0;
    double repetitionPenalty = 1; // 1 = off
    int64_t seed = 42;
    std::vector<std::string> stop; // texts that end the answer
};

// Ranges, labels and help texts; keys are max_new_tokens, temperature, top_p, top_k, min_p,
// repetition_penalty, seed and stop.
const Schema<Sampling>& samplingSchema();

} // namespace engine::contract
