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

class DropoutSeeds;
class KvCache;
class VirtualTokens;

// What a training step computes twice instead of keeping it for the backward, bit for bit: nothing,
// the outputs of gate and up of each gated MLP, or each block but its input.
enum class Recompute { None, Mlp, Block };

struct Pass
{
    kernels::Sequences sequences; // of the tokens given; a decoder with virtual tokens widens them
    at::Tensor positions;         // int64 [tokens], counted from 0 in each sequence
    // Tokens of each sequence's prompt, where an infix of virtual tokens stands; empty: there are
    // no prompts, it stands before the first token.
    std::vector<int64_t> prompts = {};
    bool training = false;         // dropout on
    uint64_t seed = 0;             // of this micro-batch; every dropout mask derives from it
    DropoutSeeds* seeds = nullptr; // where a device reads the masks' seeds from, or null
    // Noise on the token embeddings: the alpha of NEFTune (nn/embedding_noise.h) and its seed.
    double noise = 0;
    uint64_t noiseSeed = 0;
    Recompute recompute = Recompute::None; // with gradients
    KvCache* cache = nullptr;              // of the sequences being generated; null in training
    const VirtualTokens* virtualTokens = nullptr; // the decoder's; it sets them for its blocks
    // Likewise where they stand in the stream: int64 [sequences · count], ascending, on the
    // decoder's device; undefined where they do not, as in a sequence that goes on.
    at::Tensor virtualRows = {};
    // Receives the stream before the first block and after each: [tokens, hidden] every one.
    std::vector<at::Tensor>* states = nullptr;
};

// A pass over whole sequences of these lengths, packed into one stream.
Pass packedPass(const std::vector<int64_t>& lengths);

} // namespace engine::nn
