// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The lengths of the rows of an updated weight, by which DoRA divides. Compute thread only.
// Source: Liu et al. 2024 (DoRA), section 4.
#pragma once

#include "engine/kernels/linear_group.h"

#include <memory>
#include <vector>

namespace engine::nn {
class Embedding;
class Linear;
} // namespace engine::nn

namespace engine::methods {

// ‖W + Σ scale · B A‖ of every row in a slice of W [out, in]. The updated weight is never made:
// n² = ‖W‖² + 2 Σ_r (W Aᵀ ⊙ B) + Σ_r (B (A Aᵀ) ⊙ B), where W Aᵀ costs rank products per number of
// W, and ‖W‖² is computed once. On the processor norms are computed anew only when the weight or
// the numbers of a trained update changed. Of a quantised weight no dense copy is kept. Shares the
// updates' tensors.
class RowNorms
{
public:
    // All updates are of the same rows.
    RowNorms(kernels::RowSlice rows, std::vector<kernels::LowRank> updates);

    // float32 [rows], not tracked. The weight may be of any type and stride; of an embedding it is
    // the transposed one.
    at::Tensor of(const at::Tensor& weight) const;
    // `magnitude` [rows] / of(weight), tracked through the magnitude. A row of zeros counts as of
    // length 1.
    at::Tensor gain(const at::Tensor& magnitude, const at::Tensor& weight) const;
    // The same of a layer's weight.
    at::Tensor of(const nn::Linear& layer) const;
    at::Tensor gain(const at::Tensor& magnitude, const nn::Linear& layer) const;
    // The same of an embedding's transposed table.
    at::Tensor gain(const at::Tensor& magnitude, const nn::Embedding& table) const;
    // ‖W‖² of a layer's rows, float64 [rows], without the updates.
    at::Tensor squares(const nn::Linear& layer) const;

private:
    bool isTrained() const;
    bool isCurrent() const;
    // Of a quantised weight, which `dense()` makes dense for a moment.
    template <typename Dense>
    at::Tensor ofQuantized(const std::shared_ptr<const kernels::QuantizedWeight>& weight,
                           Dense dense) const;
    void compute(const at::Tensor& weight, bool isSameWeight) const;
    at::Tensor squaresOf(const at::Tensor& weight) const;

    kernels::RowSlice m_rows;
    std::vector<kernels::LowRank> m_updates;
    mutable at::Tensor m_weight; // whose norms m_squares are, or:
    mutable std::shared_ptr<const kernels::QuantizedWeight> m_quantized;
    mutable at::Tensor m_squares;             // double [rows]
    mutable std::vector<at::Tensor> m_copies; // of a and b, as they were for m_norms
    mutable at::Tensor m_norms;
};

} // namespace engine::methods
