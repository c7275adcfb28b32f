// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Token samples packed into the one stream a decoder reads, with the targets of every position.
#pragma once

#include "engine/kernels/cross_entropy.h"
#include "engine/nn/pass.h"
#include "engine/text/renderer.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace engine::objectives {

struct TokenBatch
{
    at::Tensor ids;     // int64 [tokens]
    at::Tensor targets; // int64 [tokens]: the next token of the same sample where that one is
                        // trained, else −100
    kernels::PlacedTargets placed; // on a device in place of `targets`, or undefined tensors
    nn::Pass pass;
    int64_t tokens = 0;
    int64_t trainedTokens = 0;
    double labelSmoothing = 0; // of the training loss; an evaluation has none
};

// `samples` in order; pointers are not kept.
TokenBatch makeBatch(const std::vector<const text::TokenSample*>& samples);

// Of each, for makeBatch.
std::vector<const text::TokenSample*> pointersTo(const std::vector<text::TokenSample>& samples);

// Targets of a sample: token i predicts token i + 1. A trained first token has no predecessor and
// counts for nothing.
int64_t trainedTokens(const text::TokenSample& sample);

// Tokens before the first trained one: the prompt, behind which an infix of virtual tokens stands.
int64_t promptTokens(const text::TokenSample& sample);

} // namespace engine::objectives
