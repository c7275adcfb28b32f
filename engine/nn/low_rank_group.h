// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The low-rank updates of a packed group as the products take them: columns appended to the depth.
// y = [x | x Aᵀ] · [W | s B]ᵀ, and for the gradients G = s dy B, dx = [dy | G] · [W ; A].
// fill() once per step, then read from any thread. Bytes: four packed copies of the factors.
// Updates that set lengths (adapter.h) give every output a gain: y = gain ⊙ (…) + b.
#pragma once

#include "engine/kernels/packed_product.h"
#include "engine/nn/packed_weights.h"

namespace engine::nn {

// One update: its `rank` columns begin at `column` (even) of the products x Aᵀ and G.
struct GroupUpdate
{
    kernels::LowRank factors; // a, b float32 and contiguous
    at::Tensor magnitude;     // of one that sets lengths, float32 and contiguous
    at::Tensor squares;       // likewise, float64
    int64_t rank = 0;
    int64_t column = 0;
    int64_t panel = 0; // its first panel in inner() and outer(), when those are by update
    int64_t panels = 0;
    int64_t base = 0;         // first feature of its layer
    int64_t firstFeature = 0; // of its rows
    int64_t span = 0;         // from its first to behind its last row
    int64_t sums = 0;         // where those of dB begin: [rank, sumStride()]

    int64_t sumStride() const { return kernels::roundedUp(span, kernels::kPanelFeatures); }
    bool hasLengths() const { return magnitude.defined(); }
    int64_t feature(int64_t row) const { return base + factors.rows.row(row); }
};

class LowRankGroup
{
public:
    LowRankGroup(const PackedGroup& group, std::vector<GroupUpdate> updates);

    // The updates of the group's layers in this pass, placed; without those of scaled_updates.h.
    static std::vector<GroupUpdate> updatesOf(const PackedGroup& group, const Pass& pass);
    // Same places and shapes; then adopt() takes the tensors, scales and seeds.
    bool isFor(const PackedGroup& group, const std::vector<GroupUpdate>& updates) const;
    void adopt(std::vector<GroupUpdate> updates) { m_updates = std::move(updates); }

    void fill();
    // After fill(): the gains, from the group's panels for outputs.
    void fillGains(const kernels::PackedMatrix& output);

    const std::vector<GroupUpdate>& updates() const { return m_updates; }
    bool isEmpty() const { return m_updates.empty(); }
    bool hasDropout() const { return m_hasDropout; }
    bool hasLengths() const { return !m_gains.empty(); }
    // Whether an update that sets lengths has dropout.
    bool dropsLengths() const { return m_dropsLengths; }
    // [features], 1 where no update sets lengths: of each output its gain m / n, and n.
    const float* gains() const { return m_gains.data(); }
    const float* norms() const { return m_norms.data(); }
    int64_t columns() const { return m_columns; } // of all updates
    int64_t stride() const;                       // of rows of G: room for whole panels
    int64_t reach() const; // columns that making x Aᵀ writes, in whole panels
    int64_t sums() const;  // numbers of all updates' sums of dB

    // [columns, inputs]: x → x Aᵀ; with dropout by update, each beginning a panel, and times the
    // factor of what is kept.
    const kernels::PackedMatrix& inner() const { return m_inner; }
    // [features, columns] with the scale, and per strip the columns that are not zero.
    const kernels::PackedMatrix& outputTail() const { return m_outputTail; }
    const kernels::DepthRange* outputRanges() const { return m_outputRanges.data(); }
    // [columns by update, features]: dy → G, with the same factor; per panel the features that are
    // not zero.
    const kernels::PackedMatrix& outer() const { return m_outer; }
    const kernels::DepthRange* outerRanges() const { return m_outerRanges.data(); }
    // [inputs, columns]: G → dx.
    const kernels::PackedMatrix& inputTail() const { return m_inputTail; }

private:
    template <typename T>
    void fillOf(const GroupUpdate& update);
    template <typename T>
    void fillGainsOf(const GroupUpdate& update, const kernels::PackedMatrix& output);

    std::vector<GroupUpdate> m_updates;
    int64_t m_inputs = 0;
    int64_t m_features = 0;
    kernels::PackedType m_type;
    bool m_hasDropout = false;
    bool m_dropsLengths = false;
    int64_t m_columns = 0;
    kernels::PackedMatrix m_inner, m_outputTail, m_outer, m_inputTail;
    std::vector<kernels::DepthRange> m_outputRanges, m_outerRanges;
    std::vector<float> m_gains, m_norms;
};

} // namespace engine::nn
