// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/norm.h"

#include <ATen/ops/layer_norm.h>

namespace engine::nn {

Norm::Norm(ModuleSpec spec, NormKind kind, at::Tensor weight, at::Tensor bias, double epsilon)
    : m_spec(std::move(spec)), m_kind(kind), m_weight(std::move(weight)), m_bias(std::move(bias)),
      m_epsilon(epsilon)
{
}

at::Tensor Norm::forward(const at::Tensor& x) const
{
    if (m_kind == NormKind::OffsetRms) {
        const auto type = x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
        return kernels::rmsNorm(x.to(type), factor().to(type), m_epsilon).to(x.scalar_type());
    }
    const at::Tensor weight = m_weight.to(x.scalar_type());
    if (m_kind == NormKind::Rms) {
        return kernels::rmsNorm(x, weight, m_epsilon);
    }
    return at::layer_norm(x, {x.size(-1)}, weight, m_bias.to(x.scalar_type()), m_epsilon);
}

kernels::NormedSum Norm::forwardSum(const at::Tensor& x, const at::Tensor& residual) const
{
    if (m_kind == NormKind::Rms) {
        return kernels::rmsNormOfSum(x, residual, m_weight.to(x.scalar_type()), m_epsilon);
    }
    const at::Tensor sum = x.add(residual);
    return {forward(sum), sum};
}

at::Tensor Norm::factor() const
{
    return m_kind == NormKind::OffsetRms ? m_weight.to(at::kFloat) + 1 : m_weight;
}

} // namespace engine::nn
