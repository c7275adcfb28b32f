// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What one forward pass knows besides its tokens: the packed sequences, positions, dropout and the
// caches it reads.
#pragma once

#include "engine/kernels/sequences.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace engine::nn {

class KvCache;
class VirtualTokens;

struct Pass
{
    kernels::Sequences sequences; // of the tokens given; a decoder with virtual tokens widens them
    at::Tensor positions;         // int64 [tokens], counted from 0 in each sequence
    bool training = false;        // dropout on
    uint64_t seed = 0;            // of this micro-batch; every dropout mask derives from it
    KvCache* cache = nullptr;     // one sequence being generated; null in training
    const VirtualTokens* virtualTokens = nullptr;
};

// A pass over whole sequences of these lengths, packed into one stream.
Pass packedPass(const std::vector<int64_t>& lengths);

} // namespace engine::nn
