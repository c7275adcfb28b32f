// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/module_scaling.h"

#include "engine/nn/row_slices.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/index_copy.h>
#include <ATen/ops/ones.h>

namespace engine::methods {

OutputScale::OutputScale(at::Tensor factors, const kernels::RowSlice& rows)
    : m_factors(std::move(factors)), m_rows(rows),
      m_indices(nn::rowIndices(rows).to(m_factors.device()))
{
}

at::Tensor OutputScale::forward(const at::Tensor&, const at::Tensor& base, const nn::Pass&) const
{
    at::Tensor all = m_factors.flatten();
    if (all.size(0) != base.size(1)) {
        all = at::ones({base.size(1)}, all.options().requires_grad(false))
                  .index_copy(0, m_indices, all);
    }
    return (base * all).to(base.scalar_type());
}

at::Tensor InputScale::input(const at::Tensor& x, const nn::Pass&) const
{
    return (x * m_factors).to(x.scalar_type());
}

} // namespace engine::methods
