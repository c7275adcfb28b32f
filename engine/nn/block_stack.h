// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Runs of standard blocks as one autograd function with hand-written forward and backward over
// packed weights. Standard: layers and norms, any of which may be trained; only low-rank adapters
// and factors (adapter.h), at most one bottleneck adapter at a site, none where sub-layers are
// parallel, no cache; gate and up in whole panels, one rotary table for all sequences
// (Attention::hasOneTableUpTo). What is not standard runs composed, block by block. A run begins
// where training does. Compute thread only. Saves per token and block what stack_buffers.h lists;
// norm outputs and activations are computed again, and what the pass's policy does not save: with
// the same bits. Equal to the composed form within rounding. The gradients of layers' weights are
// added where they are kept (stack_weights.h), those of everything else given to autograd.
#pragma once

#include "engine/kernels/block_rows.h"
#include "engine/nn/block.h"
#include "engine/nn/packed_weights.h"
#include "engine/nn/threads.h"

#include <memory>
#include <span>

namespace engine::nn {

class StackStep;
class UnpackedBlock;
struct StackPlan;

class BlockStack
{
public:
    // All outlive this, and every graph made by it.
    BlockStack(std::span<const Block> blocks, PackedWeights& packed, Threads& threads);
    ~BlockStack();

    // The number of blocks from `first` on that run() takes together; 0: that one runs composed.
    int64_t standardRun(std::size_t first, const at::Tensor& x, const Pass& pass) const;

    // x [tokens, hidden] through the blocks [first, first + count).
    at::Tensor run(std::size_t first, int64_t count, const at::Tensor& x, const Pass& pass);

private:
    // Steps whose buffers no graph holds: reused, so that a steady run allocates nothing.
    struct Pool;

    std::unique_ptr<StackStep>
    planned(std::size_t first, int64_t count, const at::Tensor& x, const Pass& pass);

    std::shared_ptr<UnpackedBlock> roomFor(const StackPlan& plan);
    void setPanels(StackPlan& plan, std::size_t block, std::size_t which, bool needsInput);

    std::span<const Block> m_blocks;
    PackedWeights& m_packed;
    Threads& m_threads;
    std::shared_ptr<Pool> m_pool;
};

} // namespace engine::nn
