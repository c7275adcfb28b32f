// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Low-rank updates of a packed group that train vectors around frozen factors: y += s outer ⊙
// ((inner ⊙ (x Aᵀ)) Bᵀ). Layers share the factors, so these are packed once for all of them
// (PackedWeights::sharedFactor) and a layer costs its saved rows of x Aᵀ and the sums of its two
// vectors: no copy, gradient or sum of a factor. Read from any thread.
#pragma once

#include "engine/nn/packed_weights.h"

#include <vector>

namespace engine::nn {

struct ScaledUpdate
{
    kernels::LowRank factors;
    const SharedFactor* a = nullptr; // [rank, in]
    const SharedFactor* b = nullptr; // [rows, rank]
    const float* inner = nullptr;    // [rank]
    const float* outer = nullptr;    // [rows]
    float kept = 1;                  // factor of what dropout keeps
    int64_t column = 0;              // of its x Aᵀ among the group's, at a panel
    int64_t base = 0;                // first feature of its layer
    int64_t sums = 0;                // of a thread: [rank], then [rows]

    int64_t rank() const { return factors.a.size(0); }
    int64_t rows() const { return factors.b.size(0); }
    // First feature of a group of its rows.
    int64_t feature(int64_t group) const
    {
        return base + factors.rows.offset + group * factors.rows.stride;
    }
};

// An update that goes this way on the processor: both scales, float32, and frozen factors.
bool isScaledUpdate(const kernels::LowRank& update);

// Those of the group's layers in this pass, their columns beginning at the next panel from
// `column` on. `sums` is moved behind theirs.
std::vector<ScaledUpdate> scaledUpdatesOf(const PackedGroup& group,
                                          PackedWeights& packed,
                                          const Pass& pass,
                                          int64_t column,
                                          int64_t& sums);

} // namespace engine::nn
