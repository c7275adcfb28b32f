// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/evaluate/evaluation.h"

#include "engine/evaluate/micro_batches.h"

#include <ATen/core/grad_mode.h>

#include <cmath>

namespace engine::evaluate {

double Evaluation::perplexity() const
{
    return std::exp(loss);
}

namespace {

objectives::TokenBatch
nextBatch(const objectives::SampleList& samples, int64_t maxTokens, int64_t& next)
{
    return objectives::makeBatch(objectives::pointersTo(nextSamples(samples, maxTokens, next)));
}

// Sums over micro-batches.
struct Sums
{
    double loss = 0;
    int64_t correct = 0;
    int64_t tokens = 0;

    void add(const kernels::TokenLoss& part)
    {
        loss += part.lossSum.item<double>();
        correct += part.correct;
        tokens += part.tokens;
    }
    double mean() const { return tokens > 0 ? loss / static_cast<double>(tokens) : 0; }
    Evaluation evaluation(int64_t samples) const
    {
        Evaluation result;
        result.loss = mean();
        result.accuracy =
            tokens > 0 ? static_cast<double>(correct) / static_cast<double>(tokens) : 0;
        result.tokens = tokens;
        result.samples = samples;
        return result;
    }
};

} // namespace

Evaluation evaluate(const nn::Decoder& decoder,
                    const objectives::Objective& objective,
                    const objectives::SampleList& samples,
                    int64_t maxTokens,
                    const Progress& progress)
{
    const at::NoGradGuard noGrad;
    Sums sums;
    int64_t next = 0;
    while (next < samples.size()) {
        sums.add(objective.loss(decoder, nextBatch(samples, maxTokens, next)));
        if (progress && !progress(next, samples.size())) {
            break;
        }
    }
    return sums.evaluation(next);
}

Evaluation evaluateByRank(const nn::Decoder& decoder,
                          const objectives::Objective& objective,
                          const objectives::SampleList& samples,
                          int64_t maxTokens,
                          const methods::NestedRanks& ranks)
{
    const at::NoGradGuard noGrad;
    std::vector<Sums> byRank(static_cast<std::size_t>(ranks.most()));
    int64_t next = 0;
    while (next < samples.size()) {
        const objectives::TokenBatch batch = nextBatch(samples, maxTokens, next);
        for (std::size_t i = 0; i < byRank.size(); ++i) {
            ranks.use(static_cast<int64_t>(i) + 1);
            byRank[i].add(objective.loss(decoder, batch));
        }
    }
    ranks.useAll();
    Evaluation result = byRank.back().evaluation(next);
    for (const Sums& sums : byRank) {
        result.lossByRank.push_back(sums.mean());
    }
    return result;
}

} // namespace engine::evaluate
