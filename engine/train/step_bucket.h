// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Sizes that micro-batches are padded to where steps are recorded, so that few recordings serve all
// of them; and that padding. Host arithmetic and tensors on the processor alone.
#pragma once

#include "engine/objectives/token_batch.h"

#include <ATen/core/Tensor.h>

#include <compare>
#include <cstdint>

namespace engine::train {

// What a recording is made for. The tokens of a padded batch are exactly as many; everything else
// is at most.
struct StepBucket
{
    int64_t tokens = 0;
    int64_t trained = 0; // room for trained rows
    int64_t sequences = 0;
    int64_t longest = 0; // tokens of a sequence

    auto operator<=>(const StepBucket&) const = default;
};

// Tokens in steps of a sixteenth of the power of two below, of 64 at least: 6 % of padding at most
// from 1024 tokens on. Trained rows in steps of a quarter; sequences and the longest are powers of
// two.
StepBucket bucketOf(const objectives::TokenBatch& batch);

// Sequences of the bucket's own sizes, the most it may be asked to hold: what is recorded with.
kernels::Sequences fullSequences(const StepBucket& bucket);

// The real sequences, the padding at the end of the last one.
kernels::Sequences paddedSequences(const kernels::Sequences& sequences, const StepBucket& bucket);

// All that a batch says of its tokens in one buffer, so that one copy brings it to a device:
// int64 [3 · tokens + 2 · trained]: ids, positions, places, rows, targets. Padding is token 0 at
// position 0, without a target, behind the last sequence: no real token looks ahead to it, and it
// changes no gradient.
at::Tensor paddedNumbers(const objectives::TokenBatch& batch, const StepBucket& bucket);

// A batch that reads such a buffer, wherever it lies; its pass has positions alone.
objectives::TokenBatch batchOver(const at::Tensor& numbers, const StepBucket& bucket);
int64_t numbersOf(const StepBucket& bucket);

} // namespace engine::train
