// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// How the next token is chosen from the logits. Source: the order and rules of transformers' logits
// warpers (temperature, top-k, top-p, min-p).
#pragma once

#include "engine/device/seeds.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace engine::generate {

struct SamplingSettings
{
    double temperature = 0.7; // 0 = greedy
    double topP = 1;          // keep the smallest set of tokens with at least this probability
    int64_t topK = 0;         // keep so many; 0 = all
    double minP = 0;          // drop tokens below this share of the best one's probability
};

struct Choice
{
    int64_t id = 0;
    double logProbability = 0; // of the model's own distribution, before any setting above
};

// logits [vocabulary] of one position. Throws Failure(non_finite) when they are no numbers.
Choice chooseToken(const at::Tensor& logits,
                   const SamplingSettings& settings,
                   device::RandomStream& random);

} // namespace engine::generate
