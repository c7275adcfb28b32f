// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/nested_ranks.h"

#include "engine/device/failure.h"
#include "engine/methods/registry.h"

#include <algorithm>

namespace engine::methods {

void NestedRanks::add(LowRankAdapter& update, const LowRankFactors& factors, double weight)
{
    add(factors, weight, [&update](int64_t rank, double scale) { update.useRank(rank, scale); });
}

void NestedRanks::add(LowRankEmbedding& update, const LowRankFactors& factors, double weight)
{
    add(factors, weight, [&update](int64_t rank, double scale) { update.useRank(rank, scale); });
}

void NestedRanks::add(const LowRankFactors& factors,
                      double weight,
                      std::function<void(int64_t rank, double scale)> use)
{
    m_updates.push_back(
        {factors.rank(), factors.alpha, factors.usesRslora, weight, std::move(use)});
}

int64_t NestedRanks::most() const
{
    int64_t most = 0;
    for (const Update& update : m_updates) {
        most = std::max(most, update.rank);
    }
    return most;
}

void NestedRanks::use(int64_t rank) const
{
    for (const Update& update : m_updates) {
        const int64_t used = std::min(rank, update.rank);
        update.use(used, update.weight * lowRankScale(update.alpha, used, update.usesRslora));
    }
}

bool hasNestedRanks(const AdapterState& state)
{
    const Method* method = findMethod(state.method);
    return method != nullptr && method->hasNestedRanks;
}

int64_t mostRank(const AdapterState& state)
{
    int64_t most = 0;
    for (const LowRankFactors& factors : state.factors) {
        most = std::max(most, factors.rank());
    }
    return most;
}

AdapterState atRank(AdapterState state, int64_t rank)
{
    if (!hasNestedRanks(state)) {
        throw Failure(code::kBadArgument,
                      "--rank: the adapter was trained at one rank (" + state.method + ")",
                      "Only adapters with nested ranks, such as those of dylora, can be cut",
                      "--rank");
    }
    const int64_t most = mostRank(state);
    if (rank < 1 || rank > most) {
        throw Failure(code::kBadArgument,
                      "--rank: expected 1…" + std::to_string(most) + ", got "
                          + std::to_string(rank),
                      "",
                      "--rank");
    }
    for (LowRankFactors& factors : state.factors) {
        factors = factors.atRank(rank);
    }
    return state;
}

} // namespace engine::methods
