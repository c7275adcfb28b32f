// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/dylora/dylora_tuning.h"

#include "engine/methods/dylora/rank_draw.h"

#include <ATen/ops/tensor.h>

#include <algorithm>
#include <numeric>

namespace engine::methods::dylora {

DyloraTuning::DyloraTuning(DyloraSettings settings, nn::Decoder& decoder, uint64_t seed)
    : LowRankTuning(kDylora.id, settings, decoder, seed), m_settings(std::move(settings)),
      m_seed(seed), m_rank(ranks().most()), m_draws(static_cast<std::size_t>(m_rank))
{
}

void DyloraTuning::beginStep(int64_t step, int64_t /*total*/)
{
    m_rank = drawnRank(m_settings.rankDistribution, ranks().most(), m_seed, step);
    ++m_draws[static_cast<std::size_t>(m_rank - 1)];
    ranks().use(m_rank);
}

void DyloraTuning::addGradients()
{
    if (!isSingle()) {
        return;
    }
    for (std::size_t i = 0; i < plan().slots.size(); ++i) {
        const int64_t below = trainedOf(plan().slots[i].rank).first;
        parameters().leaf(2 * i).grad().narrow(0, 0, below).zero_();
        parameters().leaf(2 * i + 1).grad().narrow(1, 0, below).zero_();
    }
}

void DyloraTuning::endStep(int64_t /*step*/, int64_t /*total*/)
{
    ranks().useAll();
}

std::vector<ReplacedParameter> DyloraTuning::memory() const
{
    const std::vector<float> draws(m_draws.begin(), m_draws.end());
    return {{"rank_draws", at::tensor(draws)}};
}

void DyloraTuning::remember(const std::vector<ReplacedParameter>& memory)
{
    const auto* draws = memory.front().value.const_data_ptr<float>();
    for (std::size_t i = 0; i < m_draws.size(); ++i) {
        m_draws[i] = static_cast<int64_t>(draws[i]);
    }
}

std::vector<PartialUpdate> DyloraTuning::partialUpdates() const
{
    std::vector<PartialUpdate> updates;
    if (!m_settings.maskedOptimizer) {
        return updates;
    }
    for (std::size_t i = 0; i < plan().slots.size(); ++i) {
        const int64_t rank = plan().slots[i].rank;
        const Range trained = trainedOf(rank);
        std::vector<int64_t> steps;
        for (int64_t index = trained.first; index < trained.end; ++index) {
            steps.push_back(stepsOf(index, rank));
        }
        updates.push_back({2 * i, 0, trained.first, steps});
        updates.push_back({2 * i + 1, 1, trained.first, std::move(steps)});
    }
    return updates;
}

DyloraTuning::Range DyloraTuning::trainedOf(int64_t rank) const
{
    const int64_t end = std::min(m_rank, rank);
    return {isSingle() ? end - 1 : 0, end};
}

int64_t DyloraTuning::stepsOf(int64_t index, int64_t rank) const
{
    // Larger draws reach the last rank of a module too; up_to reaches every lower one.
    const auto first = m_draws.begin() + index;
    const bool isOneDraw = isSingle() && index + 1 < rank;
    return isOneDraw ? *first : std::accumulate(first, m_draws.end(), int64_t{0});
}

} // namespace engine::methods::dylora
