// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One pre-norm transformer block: x + attention(norm x), then x + mlp(norm x), with a site after
// each sub-layer. Families also normalise the outputs of sub-layers (Gemma 2) or let both read the
// same x (GPT-NeoX).
#pragma once

#include "engine/nn/attention.h"
#include "engine/nn/mlp.h"
#include "engine/nn/norm.h"

#include <array>
#include <optional>
#include <vector>

namespace engine::nn {

struct BlockForm
{
    bool isParallel = false; // x + attention(norm x) + mlp(norm x)
    std::optional<Norm> attentionOutputNorm = {};
    std::optional<Norm> mlpOutputNorm = {};
};

class Block
{
public:
    Block(Norm attentionNorm, Attention attention, Norm mlpNorm, Mlp mlp, BlockForm form = {});

    // x [tokens, hidden] → [tokens, hidden].
    at::Tensor forward(const at::Tensor& x, const Pass& pass, int64_t layer) const;

    // Modules at a site work one after the other, in the order of their coming. Not owned.
    void attach(Site site, const SiteModule* module) { at(site).push_back(module); }
    void detach(Site site, const SiteModule* module) { std::erase(at(site), module); }

    std::vector<Linear*> linears();
    std::vector<Norm*> norms(); // the attention's and the MLP's first

    const Norm& attentionNorm() const { return m_attentionNorm; }
    const Attention& attention() const { return m_attention; }
    const Norm& mlpNorm() const { return m_mlpNorm; }
    const Mlp& mlp() const { return m_mlp; }
    bool isSequential() const { return !m_form.isParallel; }
    // Over what a sub-layer adds to x; both or neither (null).
    const Norm* attentionOutputNorm() const;
    const Norm* mlpOutputNorm() const;
    const std::vector<const SiteModule*>& modules(Site site) const
    {
        return m_sites[static_cast<std::size_t>(site)];
    }
    bool hasSites() const { return !m_sites[0].empty() || !m_sites[1].empty(); }
    // Sub-layers one after the other, or parallel ones with nothing behind them: what the packed
    // forms know.
    bool isStandard() const
    {
        return !m_form.isParallel || (!hasSites() && !m_form.attentionOutputNorm);
    }

private:
    std::vector<const SiteModule*>& at(Site site)
    {
        return m_sites[static_cast<std::size_t>(site)];
    }
    at::Tensor
    atSite(Site site, const at::Tensor& output, const at::Tensor& residual, const Pass& pass) const;

    Norm m_attentionNorm;
    Attention m_attention;
    Norm m_mlpNorm;
    Mlp m_mlp;
    BlockForm m_form;
    std::array<std::vector<const SiteModule*>, 2> m_sites;
};

} // namespace engine::nn
