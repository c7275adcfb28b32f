// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The rows of a run of blocks: what its forward saves, and the gradients that travel between the
// blocks. Grows only, kept between steps. Saved bytes per token and block: elementSize · (2 ·
// hidden + queries + keys + values + heads · headDim + gate + up + Σ ranks) + 4 · heads, with norms
// over heads queries and keys once more, hidden more for each sub-layer with a norm or a module
// behind it; without
// gate and up under Recompute::Mlp, elementSize · (hidden + Σ ranks) under Recompute::Block.
// Outputs with gains (low_rank_group.h) once more.
// Of products whose weights are trained what they read, and the gradient of what they give, for
// one block, unless another part holds it for all tokens.
#pragma once

#include "engine/nn/stack_plan.h"

namespace engine::nn {

// Numbers from one row of so many to the next: whole panels, and never a multiple of 1 KiB, since
// rows of a tile would fall into the same cache sets.
int64_t rowStride(int64_t width, int64_t elementBytes);

class StackBuffers
{
public:
    enum Part : std::size_t {
        Input,           // of a block, [tokens, hidden]; one more for the last block's output
        Heads,           // q and k before their norms; only where a backward needs them
        Attend,          // q, k (normed, rotated) and v
        Mixed,           // attention's result
        AttentionOutput, // before its norm and module; only where one stands behind a sub-layer
        Middle,          // after the first residual sum
        Expanded,        // gate and up
        MlpOutput,       // likewise
        LowRank,         // x Aᵀ of the four products, side by side
        LogSums,         // float32 [heads, tokens]
        UnscaledAttend,  // the four products before their gains; only where a backward needs them
        UnscaledProject,
        UnscaledExpand,
        UnscaledContract,
        InputGradient,
        MixedGradient,
        AttendGradient,
        AttendInput, // of products with trained weights what they read, and their gradients
        ExpandInput,
        ContractInput,
        ProjectGradient,
        ExpandGradient,
        ContractGradient,
        Parts
    };

    // Lays the parts out; what is not saved has one block's rows, which serve all.
    void arrange(const StackPlan& plan, int64_t elementBytes);

    template <typename T>
    kernels::RowsOf<T> rows(Part part, std::size_t block = 0) const
    {
        const Place& place = m_places[part];
        std::byte* const data =
            m_memory.as<std::byte>() + place.offset + static_cast<int64_t>(block) * place.perBlock;
        return {reinterpret_cast<T*>(data), place.stride};
    }
    bool has(Part part) const { return m_places[part].stride > 0; }
    static Part unscaled(std::size_t product) { return Part(UnscaledAttend + product); }
    int64_t lowRankColumn(std::size_t product) const { return m_lowRankColumns[product]; }
    std::size_t bytes() const { return m_memory.bytes(); }

private:
    struct Place
    {
        int64_t offset = 0;   // bytes
        int64_t perBlock = 0; // bytes
        int64_t stride = 0;   // elements
    };

    std::array<Place, Parts> m_places;
    std::array<int64_t, kProducts> m_lowRankColumns = {};
    kernels::AlignedBuffer m_memory;
};

} // namespace engine::nn
