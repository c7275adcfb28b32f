// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a training step holds in this machine's memory at its peak, in bytes, from the shapes alone:
// sums the saved sets and the buffers that the headers of nn/ and kernels/ state. Per token and
// block, with S bytes a number:
//   packed kernels  nn/stack_buffers.h: S (2 hidden + queries + 2 keys + heads · headDim + gate +
//                   up + Σ ranks) + 4 heads; under `mlp` without gate and up, under `block`
//                   S (hidden + Σ ranks) and one block whole; outputs of which DoRA sets the
//                   lengths once more
//   part by part    the sums of rms_norm.h, lora_linear.h, attention.h and gated_mlp.h:
//                   S (4 hidden + queries + 2 keys + heads · headDim + gate + up + Σ ranks) + 8 +
//                   4 heads, where a plain MLP has its inner numbers twice; under `block` S hidden
//                   and one block whole
// Held against the measured peak by tests/engine/estimate/tst_step_memory.
#pragma once

#include "engine/estimate/block_use.h"
#include "engine/estimate/weight_bytes.h"
#include "engine/nn/pass.h"

#include <c10/core/ScalarType.h>

namespace engine::estimate {

// How a step is computed.
struct StepSettings
{
    int64_t tokens = 0;  // of a micro-batch, at most
    int64_t longest = 0; // tokens of one sequence, at most
    c10::ScalarType compute = c10::kFloat;
    HeldWeights held;
    int64_t storedBytes = 4; // of a number in the model's files
    nn::Recompute recompute = nn::Recompute::None;
    int64_t threads = 1;
    bool keepsCopies = true;   // dense weights stay packed (nn/packed_weights.h)
    bool startsInside = false; // as useOf
};

struct StepMemory
{
    // The base: what products read, packed once per direction, and what is mapped beside it;
    // without copies the weights as they are held.
    int64_t weights = 0;
    int64_t activations = 0; // what the forward keeps for the backward
    // What is there once whatever the number of blocks: rows under way, threads' scratch and sums,
    // one block's unpacked panels, a chunk of logits, gradients on their way.
    int64_t workspace = 0;
    int64_t composedBlocks = 0; // that run part by part
    // False: what the method keeps is in no header, activations and workspace are not known (DoRA's
    // lengths of rows part by part).
    bool isCounted = true;
};

// What the heap keeps between tensors below 32 MB, above which each is mapped by itself, while all
// blocks run part by part; measured 20 to 56 MB, whatever the model, and no more than the tensors.
inline constexpr int64_t kHeapBytes = int64_t{40} << 20;

// An engine that has computed a step, without a model: its own code and LibTorch's, tables and
// threads. Measured as what a training of a tiny model peaks at beyond the sum: 151 to 153 MB with
// one thread and two, in float32 and bfloat16 (Linux x86-64, LibTorch 2.11).
inline constexpr int64_t kProgramBytes = int64_t{145} << 20;

// As useOf; without what is trained (Estimate::trainedBytes), the program and the data.
StepMemory stepMemory(const std::vector<nn::TrainableTensor>& tensors,
                      const nn::Blueprint& blueprint,
                      const StepSettings& settings);

} // namespace engine::estimate
