// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Loss, perplexity and token accuracy over samples, without gradients and without keeping logits.
#pragma once

#include "engine/objectives/objective.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace engine::evaluate {

struct Evaluation
{
    double loss = 0;     // mean negative log-likelihood per trained token, in nats
    double accuracy = 0; // share of trained tokens that are the most probable one
    int64_t tokens = 0;  // trained
    int64_t samples = 0;

    double perplexity() const; // e^loss
};

// Called with (done, total) samples; returns false to cancel.
using Progress = std::function<bool(int64_t done, int64_t total)>;

// In micro-batches of at most `maxTokens` tokens (a longer sample goes alone), in the order given.
Evaluation evaluate(const nn::Decoder& decoder,
                    const objectives::Objective& objective,
                    const std::vector<text::TokenSample>& samples,
                    int64_t maxTokens,
                    const Progress& progress = {});

} // namespace engine::evaluate
