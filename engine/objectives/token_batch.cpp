// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/objectives/token_batch.h"

#include "engine/kernels/profile.h"

#include <ATen/ops/tensor.h>

#include <algorithm>
#include <numeric>

namespace engine::objectives {

TokenBatch makeBatch(const std::vector<const text::TokenSample*>& samples)
{
    const kernels::ProfileScope scope(kernels::Part::Batch);
    TokenBatch batch;
    std::vector<int64_t> ids, targets, lengths, prompts;
    for (const text::TokenSample* sample : samples) {
        const std::size_t length = sample->ids.size();
        ids.insert(ids.end(), sample->ids.begin(), sample->ids.end());
        for (std::size_t i = 0; i < length; ++i) {
            const bool trained = i + 1 < length && sample->mask[i + 1] != 0;
            targets.push_back(trained ? sample->ids[i + 1] : kernels::kIgnoredTarget);
        }
        lengths.push_back(static_cast<int64_t>(length));
        prompts.push_back(promptTokens(*sample));
        batch.trainedTokens += trainedTokens(*sample);
    }
    batch.tokens = static_cast<int64_t>(ids.size());
    batch.ids = at::tensor(ids, at::kLong);
    batch.targets = at::tensor(targets, at::kLong);
    batch.pass = nn::packedPass(lengths);
    batch.pass.prompts = std::move(prompts);
    return batch;
}

std::vector<const text::TokenSample*> pointersTo(const std::vector<text::TokenSample>& samples)
{
    std::vector<const text::TokenSample*> pointers;
    pointers.reserve(samples.size());
    for (const text::TokenSample& sample : samples) {
        pointers.push_back(&sample);
    }
    return pointers;
}

int64_t promptTokens(const text::TokenSample& sample)
{
    return std::find(sample.mask.begin(), sample.mask.end(), 1) - sample.mask.begin();
}

int64_t trainedTokens(const text::TokenSample& sample)
{
    return sample.mask.empty()
               ? 0
               : std::accumulate(sample.mask.begin() + 1, sample.mask.end(), int64_t{0});
}

} // namespace engine::objectives
