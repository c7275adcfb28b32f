// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/evaluate/evaluation.h"

#include <ATen/core/grad_mode.h>

#include <cmath>

namespace engine::evaluate {

double Evaluation::perplexity() const
{
    return std::exp(loss);
}

Evaluation evaluate(const nn::Decoder& decoder,
                    const objectives::Objective& objective,
                    const std::vector<text::TokenSample>& samples,
                    int64_t maxTokens,
                    const Progress& progress)
{
    const at::NoGradGuard noGrad;
    Evaluation result;
    double lossSum = 0;
    int64_t correct = 0;
    std::size_t next = 0;
    while (next < samples.size()) {
        std::vector<const text::TokenSample*> chosen;
        int64_t tokens = 0;
        while (next < samples.size()
               && (chosen.empty()
                   || tokens + static_cast<int64_t>(samples[next].ids.size()) <= maxTokens)) {
            tokens += static_cast<int64_t>(samples[next].ids.size());
            chosen.push_back(&samples[next++]);
        }
        const kernels::TokenLoss loss = objective.loss(decoder, objectives::makeBatch(chosen));
        lossSum += loss.lossSum.item<double>();
        correct += loss.correct;
        result.tokens += loss.tokens;
        if (progress
            && !progress(static_cast<int64_t>(next), static_cast<int64_t>(samples.size()))) {
            break;
        }
    }
    result.samples = static_cast<int64_t>(next);
    if (result.tokens > 0) {
        result.loss = lossSum / static_cast<double>(result.tokens);
        result.accuracy = static_cast<double>(correct) / static_cast<double>(result.tokens);
    }
    return result;
}

} // namespace engine::evaluate
