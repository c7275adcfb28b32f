// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A low-rank update that learns the length of the weight's rows apart from their direction:
// y = x Wᵀ + b + (g − 1) ⊙ x̃ Wᵀ + g ⊙ scale · (x̃ Aᵀ) Bᵀ with x̃ = dropout(x) and g = m / n, where n,
// the row norms of W + scale · B A, counts as a constant in gradients. The bias keeps its length.
// Source: Liu et al. 2024 (DoRA), section 4; dropout as in peft (tuners/lora/dora.py).
// Compute thread only. Shares A, B and m with whoever trains or loaded them.
#pragma once

#include "engine/methods/row_norms.h"
#include "engine/nn/linear.h"

#include <string>

namespace engine::methods {

class DoraAdapter final : public nn::Adapter
{
public:
    //   name       names the dropout stream
    //   layer      that it will be attached to
    //   update     a [rank, in], b [rows, rank]; its dropout applies in training passes only
    //   magnitude  m, float32 [rows]
    //   fixed      an update of the same rows that W stands for as well (W + scale · B A), without
    //              dropout; or null
    DoraAdapter(std::string name,
                const nn::Linear& layer,
                kernels::LowRank update,
                at::Tensor magnitude,
                const kernels::LowRank* fixed = nullptr);

    // None with a fixed update, and with dropout of rows that are not whole pairs on end.
    std::optional<nn::LengthUpdate> lengthUpdate(const nn::Pass& pass) const override;
    at::Tensor gain() const override;
    at::Tensor
    forward(const at::Tensor& x, const at::Tensor& base, const nn::Pass& pass) const override;

private:
    bool isAlone() const;
    at::Tensor frozen(const at::Tensor& x, const at::Tensor& base, bool isSameInput) const;

    std::string m_name;
    const nn::Linear& m_layer;
    kernels::LowRank m_update;
    std::optional<kernels::LowRank> m_fixed;
    at::Tensor m_magnitude;
    RowNorms m_norms;
    at::Tensor m_columns; // of a slice's outputs; undefined for a whole layer
};

} // namespace engine::methods
