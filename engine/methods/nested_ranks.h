// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Low-rank updates that work at every rank up to their own because they were trained so: the first
// b rows of A and columns of B, scaled by alpha / b (or alpha / √b). Source: Valipour et al. 2023
// (DyLoRA), section 4.
#pragma once

#include "engine/methods/adapter_state.h"
#include "engine/methods/low_rank_adapter.h"
#include "engine/methods/low_rank_embedding.h"

#include <functional>
#include <vector>

namespace engine::methods {

// Compute thread only. Keeps pointers: the updates must outlive it.
class NestedRanks
{
public:
    // `factors`: of the update; its effect counts `weight` times.
    void add(LowRankAdapter& update, const LowRankFactors& factors, double weight = 1);
    void add(LowRankEmbedding& update, const LowRankFactors& factors, double weight = 1);

    // The largest rank of an update; 0 without one.
    int64_t most() const;
    // Every update at this rank, or at its own where that is smaller.
    void use(int64_t rank) const;
    void useAll() const { use(most()); }

private:
    struct Update
    {
        int64_t rank;
        double alpha;
        bool usesRslora;
        double weight;
        std::function<void(int64_t rank, double scale)> use;
    };
    void add(const LowRankFactors& factors,
             double weight,
             std::function<void(int64_t rank, double scale)> use);

    std::vector<Update> m_updates;
};

// Whether the state's method nests ranks.
bool hasNestedRanks(const AdapterState& state);
// The largest rank of its factors; 0 without any.
int64_t mostRank(const AdapterState& state);
// The adapter cut to its first `rank` ranks; a module with fewer keeps its own. Throws
// Failure(bad_argument) for a method that does not nest them and for a rank it does not have.
AdapterState atRank(AdapterState state, int64_t rank);

} // namespace engine::methods
