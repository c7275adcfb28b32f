// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// NEFTune: noise on the token embeddings while training, α / √(L · d) · U(−1, 1) for a sequence of
// L tokens of width d. Source: Jain et al. 2023, algorithm 1; neelsjain/NEFTune (train.py).
#pragma once

#include "engine/kernels/sequences.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace engine::nn {

// float32 [tokens, width] on the processor for a packed stream. A number depends on the seed, its
// row and its column alone, and on the length of its sequence.
at::Tensor
embeddingNoise(const kernels::Sequences& sequences, int64_t width, double alpha, uint64_t seed);

} // namespace engine::nn
