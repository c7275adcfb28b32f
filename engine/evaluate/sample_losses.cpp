// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/evaluate/sample_losses.h"

#include "engine/evaluate/micro_batches.h"

#include <ATen/core/grad_mode.h>

namespace engine::evaluate {

std::vector<SampleLoss> sampleLosses(const nn::Decoder& decoder,
                                     const objectives::SampleList& samples,
                                     int64_t maxTokens,
                                     const Progress& progress)
{
    const at::NoGradGuard noGrad;
    std::vector<SampleLoss> losses;
    losses.reserve(static_cast<std::size_t>(samples.size()));
    int64_t next = 0;
    while (next < samples.size()) {
        const auto chosen = nextSamples(samples, maxTokens, next);
        const objectives::TokenBatch batch = objectives::makeBatch(objectives::pointersTo(chosen));
        const at::Tensor hidden = decoder.hidden(batch.ids, batch.pass);
        const at::Tensor nll = decoder.tokenNll(hidden, batch.targets, batch.pass)
                                   .to(at::kCPU, at::kFloat)
                                   .contiguous();
        const float* value = nll.data_ptr<float>();
        for (const text::TokenSample& sample : chosen) {
            SampleLoss loss;
            for (std::size_t i = 1; i < sample.ids.size(); ++i) {
                loss.sum += sample.mask[i] != 0 ? double{value[i - 1]} : 0;
            }
            loss.tokens = objectives::trainedTokens(sample);
            losses.push_back(loss);
            value += sample.ids.size();
        }
        if (progress && !progress(next, samples.size())) {
            break;
        }
    }
    return losses;
}

} // namespace engine::evaluate
