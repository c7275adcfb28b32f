// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// How the next token is chosen from the logits. Source: the order and rules of transformers' logits
// processors (repetition penalty, temperature, top-k, top-p, min-p).
#pragma once

#include "engine/device/seeds.h"

#include <cstdint>
#include <span>
#include <vector>

namespace engine::generate {

struct SamplingSettings
{
    double temperature = 0.7; // 0 = greedy
    double topP = 1;          // keep the smallest set of tokens with at least this probability
    int64_t topK = 0;         // keep so many; 0 = all
    double minP = 0;          // drop tokens below this share of the best one's probability
    // Divides the positive logits of tokens that were seen and multiplies the negative ones: > 1
    // makes them rarer. Source: Keskar et al. 2019, section 4.1; transformers'
    // RepetitionPenaltyLogitsProcessor.
    double repetitionPenalty = 1;
    // No sequence of so many tokens comes twice; 0: off. Source: transformers'
    // NoRepeatNGramLogitsProcessor.
    int64_t noRepeatNgram = 0;
    int64_t alternatives = 0; // how many of the most probable tokens to tell
};

struct ScoredToken
{
    int64_t id = 0;
    double logProbability = 0; // of the model's own distribution, before any setting above
};

struct Choice : ScoredToken
{
    std::vector<ScoredToken> alternatives; // the most probable ones, best first
};

// logits [vocabulary] of one position; `seen`: the ids before it, prompt included.
// Throws Failure(non_finite) when the logits are no numbers.
Choice chooseToken(std::span<const float> logits,
                   const SamplingSettings& settings,
                   device::RandomStream& random,
                   std::span<const int64_t> seen = {});

} // namespace engine::generate
