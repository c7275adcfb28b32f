// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The loss of every sample for itself: which of them a model has not learnt.
#pragma once

#include "engine/evaluate/evaluation.h"

namespace engine::evaluate {

struct SampleLoss
{
    double sum = 0;     // of the negative log-likelihoods, in nats
    int64_t tokens = 0; // trained
};

// [samples]; in micro-batches of at most `maxTokens` tokens, where no sample sees another. Fewer
// when `progress` cancels.
std::vector<SampleLoss> sampleLosses(const nn::Decoder& decoder,
                                     const objectives::SampleList& samples,
                                     int64_t maxTokens,
                                     const Progress& progress = {});

} // namespace engine::evaluate
