// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/block.h"

#include <ATen/TensorOperators.h>

namespace engine::nn {

Block::Block(Norm attentionNorm, Attention attention, Norm mlpNorm, Mlp mlp, BlockForm form)
    : m_attentionNorm(std::move(attentionNorm)), m_attention(std::move(attention)),
      m_mlpNorm(std::move(mlpNorm)), m_mlp(std::move(mlp)), m_form(std::move(form))
{
}

at::Tensor Block::forward(const at::Tensor& x, const Pass& pass, int64_t layer) const
{
    const auto normed = [](const std::optional<Norm>& norm, const at::Tensor& output) {
        return norm ? norm->forward(output) : output;
    };
    const at::Tensor attended = normed(
        m_form.attentionOutputNorm, m_attention.forward(m_attentionNorm.forward(x), pass, layer));
    const at::Tensor added = atSite(Site::AttentionOutput, attended, x, pass);
    if (m_form.isParallel) {
        const at::Tensor mixed =
            normed(m_form.mlpOutputNorm, m_mlp.forward(m_mlpNorm.forward(x), pass));
        return x + added + atSite(Site::MlpOutput, mixed, x, pass);
    }
    const auto [input, middle] = m_mlpNorm.forwardSum(added, x);
    const at::Tensor mixed = normed(m_form.mlpOutputNorm, m_mlp.forward(input, pass));
    return middle + atSite(Site::MlpOutput, mixed, middle, pass);
}

at::Tensor Block::atSite(Site site,
                         const at::Tensor& output,
                         const at::Tensor& residual,
                         const Pass& pass) const
{
    at::Tensor result = output;
    for (const SiteModule* module : modules(site)) {
        result = module->forward(result, residual, pass);
    }
    return result;
}

std::vector<Linear*> Block::linears()
{
    std::vector<Linear*> all = m_attention.linears();
    const std::vector<Linear*> mlp = m_mlp.linears();
    all.insert(all.end(), mlp.begin(), mlp.end());
    return all;
}

std::vector<Norm*> Block::norms()
{
    std::vector<Norm*> all = {&m_attentionNorm, &m_mlpNorm};
    for (std::optional<Norm>* norm : {&m_form.attentionOutputNorm, &m_form.mlpOutputNorm}) {
        if (*norm) {
            all.push_back(&**norm);
        }
    }
    const std::vector<Norm*> heads = m_attention.norms();
    all.insert(all.end(), heads.begin(), heads.end());
    return all;
}

const Norm* Block::attentionOutputNorm() const
{
    return m_form.attentionOutputNorm ? &*m_form.attentionOutputNorm : nullptr;
}

const Norm* Block::mlpOutputNorm() const
{
    return m_form.mlpOutputNorm ? &*m_form.mlpOutputNorm : nullptr;
}

} // namespace engine::nn
