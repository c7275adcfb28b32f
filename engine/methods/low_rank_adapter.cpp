// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/low_rank_adapter.h"

#include "engine/device/seeds.h"
#include "engine/nn/dropout_seeds.h"

namespace engine::methods {

void placeDropout(kernels::LowRank& update, const std::string& name, const nn::Pass& pass)
{
    if (!pass.training || update.dropout <= 0) {
        update.dropout = 0;
        return;
    }
    update.seed = device::derivedSeed(pass.seed, name);
    if (pass.seeds != nullptr) {
        update.placedSeed = pass.seeds->place(name);
    }
}

LowRankAdapter::LowRankAdapter(std::string name, kernels::LowRank update)
    : m_name(std::move(name)), m_update(std::move(update)), m_rank(m_update.a.size(0))
{
}

void LowRankAdapter::useRank(int64_t rank, double scale)
{
    m_rank = rank;
    m_update.scale = scale;
}

std::optional<kernels::LowRank> LowRankAdapter::lowRank(const nn::Pass& pass) const
{
    kernels::LowRank update = m_update;
    if (m_rank < update.a.size(0)) {
        update.a = update.a.narrow(0, 0, m_rank);
        update.b = update.b.narrow(1, 0, m_rank);
    }
    placeDropout(update, m_name, pass);
    return update;
}

at::Tensor LowRankAdapter::forward(const at::Tensor&, const at::Tensor& base, const nn::Pass&) const
{
    return base; // the update is low-rank and already in `base`
}

} // namespace engine::methods
