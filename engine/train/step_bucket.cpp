// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/train/step_bucket.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <bit>

namespace engine::train {

namespace {

constexpr int64_t kLeastStep = 64;

int64_t powerAbove(int64_t count)
{
    return static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(count)));
}

// Up to the next multiple of a `parts`-th of the power of two below.
int64_t roundedUp(int64_t count, int64_t parts)
{
    const auto below =
        static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(std::max<int64_t>(count, 1))));
    const int64_t step = std::max(below / parts, kLeastStep);
    return std::max((count + step - 1) / step * step, kLeastStep);
}

// With the last one as long as `tokens` make it.
int64_t longestOf(const kernels::Sequences& sequences, int64_t tokens)
{
    const int64_t last = sequences.count() - 1;
    int64_t most = tokens - sequences.queryOffsets[static_cast<std::size_t>(last)];
    for (int64_t i = 0; i < last; ++i) {
        most = std::max(most, sequences.queries(i));
    }
    return most;
}

} // namespace

StepBucket bucketOf(const objectives::TokenBatch& batch)
{
    StepBucket bucket;
    bucket.tokens = roundedUp(batch.tokens, 16);
    bucket.trained = std::min(roundedUp(batch.trainedTokens, 4), bucket.tokens);
    bucket.longest =
        std::min(std::max(powerAbove(longestOf(batch.pass.sequences, bucket.tokens)), kLeastStep),
                 bucket.tokens);
    bucket.sequences = powerAbove(batch.pass.sequences.count());
    return bucket;
}

kernels::Sequences fullSequences(const StepBucket& bucket)
{
    std::vector<int64_t> offsets{0};
    while (offsets.back() < bucket.tokens) {
        offsets.push_back(std::min(offsets.back() + bucket.longest, bucket.tokens));
    }
    // The rest are empty.
    offsets.resize(static_cast<std::size_t>(bucket.sequences) + 1, bucket.tokens);
    return {offsets, offsets};
}

kernels::Sequences paddedSequences(const kernels::Sequences& sequences, const StepBucket& bucket)
{
    std::vector<int64_t> offsets = sequences.queryOffsets;
    offsets.back() = bucket.tokens;
    return {offsets, offsets};
}

int64_t numbersOf(const StepBucket& bucket)
{
    return 3 * bucket.tokens + 2 * bucket.trained;
}

at::Tensor paddedNumbers(const objectives::TokenBatch& batch, const StepBucket& bucket)
{
    const at::Tensor numbers = at::empty({numbersOf(bucket)}, at::kLong);
    const objectives::TokenBatch view = batchOver(numbers, bucket);
    const auto fill = [](const at::Tensor& to, const at::Tensor& from, int64_t rest) {
        auto* out = to.mutable_data_ptr<int64_t>();
        const auto* in = from.const_data_ptr<int64_t>();
        std::fill(std::copy_n(in, from.numel(), out), out + to.numel(), rest);
    };
    fill(view.ids, batch.ids, 0);
    fill(view.pass.positions, batch.pass.positions, 0);

    auto* places = view.placed.places.mutable_data_ptr<int64_t>();
    auto* rows = view.placed.rows.mutable_data_ptr<int64_t>();
    auto* targets = view.placed.targets.mutable_data_ptr<int64_t>();
    std::fill_n(places, bucket.tokens, bucket.trained);
    std::fill_n(rows, bucket.trained, 0);
    std::fill_n(targets, bucket.trained, kernels::kIgnoredTarget);
    const auto* target = batch.targets.const_data_ptr<int64_t>();
    int64_t next = 0;
    for (int64_t token = 0; token < batch.tokens; ++token) {
        if (target[token] != kernels::kIgnoredTarget) {
            places[token] = next;
            rows[next] = token;
            targets[next] = target[token];
            ++next;
        }
    }
    return numbers;
}

objectives::TokenBatch batchOver(const at::Tensor& numbers, const StepBucket& bucket)
{
    int64_t next = 0;
    const auto take = [&](int64_t count) {
        const at::Tensor part = numbers.narrow(0, next, count);
        next += count;
        return part;
    };
    objectives::TokenBatch batch;
    batch.tokens = bucket.tokens;
    batch.ids = take(bucket.tokens);
    batch.pass.positions = take(bucket.tokens);
    batch.placed.places = take(bucket.tokens);
    batch.placed.rows = take(bucket.trained);
    batch.placed.targets = take(bucket.trained);
    return batch;
}

} // namespace engine::train
