// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/block.h"

#include <ATen/TensorOperators.h>

namespace engine::nn {

Block::Block(Norm attentionNorm, Attention attention, Norm mlpNorm, Mlp mlp)
    : m_attentionNorm(std::move(attentionNorm)), m_attention(std::move(attention)),
      m_mlpNorm(std::move(mlpNorm)), m_mlp(std::move(mlp))
{
}

at::Tensor Block::forward(const at::Tensor& x, const Pass& pass, int64_t layer) const
{
    const at::Tensor attended = m_attention.forward(m_attentionNorm.forward(x), pass, layer);
    const auto [normed, middle] =
        m_mlpNorm.forwardSum(atSite(Site::AttentionOutput, attended, x, pass), x);
    const at::Tensor mixed = m_mlp.forward(normed, pass);
    return middle + atSite(Site::MlpOutput, mixed, middle, pass);
}

at::Tensor Block::atSite(Site site,
                         const at::Tensor& output,
                         const at::Tensor& residual,
                         const Pass& pass) const
{
    const SiteModule* module = m_sites[static_cast<std::size_t>(site)];
    return module == nullptr ? output : module->forward(output, residual, pass);
}

std::vector<Linear*> Block::linears()
{
    std::vector<Linear*> all = m_attention.linears();
    const std::vector<Linear*> mlp = m_mlp.linears();
    all.insert(all.end(), mlp.begin(), mlp.end());
    return all;
}

} // namespace engine::nn
