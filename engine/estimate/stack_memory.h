// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a run of blocks in packed kernels holds beside its weights: the rows of nn/stack_buffers.h,
// the threads' scratch and sums of nn/stack_worker.h, the packed factors of nn/low_rank_group.h,
// nn/scaled_updates.h and nn/unpacked_block.h. Bytes.
#pragma once

#include "engine/estimate/block_use.h"

namespace engine::estimate {

struct StepSettings;

struct StackMemory
{
    int64_t kept = 0; // for the backward
    int64_t once = 0; // whatever the number of blocks
};

StackMemory stackMemory(const BlockRun& run,
                        const ModelUse& use,
                        const nn::Blueprint& blueprint,
                        const StepSettings& settings);

// The factors that VeRA's updates share, in float32 and packed for both directions once for every
// width of layers.
//   size  bytes of a computed number
int64_t sharedFactorBytes(const ModelUse& use, int64_t size);

// Where panels are not kept, as of weights that are trained: one block's, or of a quantised base
// part by part the largest layer.
int64_t unpackedPanelBytes(const ModelUse& use, const StepSettings& settings);

} // namespace engine::estimate
