// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Loss, perplexity and token accuracy over samples, without gradients and without keeping logits.
#pragma once

#include "engine/methods/nested_ranks.h"
#include "engine/objectives/objective.h"
#include "engine/objectives/sample_list.h"

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
    std::vector<double> lossByRank; // at rank 1, 2, …; empty where ranks are not nested

    double perplexity() const; // e^loss
};

// Called with (done, total) samples; returns false to cancel.
using Progress = std::function<bool(int64_t done, int64_t total)>;

// In micro-batches of at most `maxTokens` tokens (a longer sample goes alone), in the order given.
Evaluation evaluate(const nn::Decoder& decoder,
                    const objectives::Objective& objective,
                    const objectives::SampleList& samples,
                    int64_t maxTokens,
                    const Progress& progress = {});

// The same at every rank of nested ones, in one go over the samples: each micro-batch is made once
// and passes through the model once per rank, for what a layer reads depends on the ranks below it.
// Loss and accuracy are those of the largest rank; all ranks are in use afterwards.
Evaluation evaluateByRank(const nn::Decoder& decoder,
                          const objectives::Objective& objective,
                          const objectives::SampleList& samples,
                          int64_t maxTokens,
                          const methods::NestedRanks& ranks);

} // namespace engine::evaluate
