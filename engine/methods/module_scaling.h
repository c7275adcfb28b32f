// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A vector at a linear layer: times its outputs, or times what it reads. Compute thread only.
// Shares the vector with who trains it. Source: Liu et al. 2022, section 3.3.
#pragma once

#include "engine/nn/adapter.h"

namespace engine::methods {

class OutputScale final : public nn::Adapter
{
public:
    //   factors  float32 [rows, 1]   rows  of the layer's outputs
    OutputScale(at::Tensor factors, const kernels::RowSlice& rows);
    at::Tensor
    forward(const at::Tensor& x, const at::Tensor& base, const nn::Pass& pass) const override;
    std::optional<nn::ScaleUpdate> scale(const nn::Pass&) const override
    {
        return nn::ScaleUpdate{m_factors, m_rows};
    }

private:
    at::Tensor m_factors;
    kernels::RowSlice m_rows;
    at::Tensor m_indices; // of the rows, int64
};

class InputScale final : public nn::Adapter
{
public:
    //   factors  float32 [1, in]
    explicit InputScale(at::Tensor factors) : m_factors(std::move(factors)) {}
    at::Tensor input(const at::Tensor& x, const nn::Pass& pass) const override;
    at::Tensor forward(const at::Tensor&, const at::Tensor& base, const nn::Pass&) const override
    {
        return base;
    }
    std::optional<nn::ScaleUpdate> scale(const nn::Pass&) const override
    {
        return nn::ScaleUpdate{m_factors, {}, /*isOfInputs=*/true};
    }

private:
    at::Tensor m_factors;
};

} // namespace engine::methods
