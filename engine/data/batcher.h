// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Which samples every training step sees: a pure function of (lengths, settings, epoch, step), so
// that a resumed run needs only (epoch, step). Compute thread only: the plan of the last epoch
// asked for is kept.
#pragma once

#include "engine/data/mixture.h"
#include "engine/data/packing.h"

#include <cstdint>
#include <vector>

namespace engine::data {

struct BatchSettings
{
    int64_t batchSize = 8; // samples of a micro-batch; packs when packing
    int64_t batchTokens =
        0; // > 0: instead as many samples (packs) as fit into so many tokens, one at least
    int64_t accumulate = 1; // micro-batches of a step
    bool packing = true;
    bool shuffle = true;
    bool groupByLength =
        false; // neighbours in length share a micro-batch; without effect when packing
    int64_t maxTokens = 2048; // room of a pack
    uint64_t seed = 42;
    std::vector<MixPart> mixture = {}; // whose samples the lengths are, in order; none: each once
};

struct MicroBatch
{
    std::vector<int64_t> samples; // indices into the lengths
};

class Batcher
{
public:
    // `lengths`: [samples] tokens of each. Throws Failure(kBadField) for a setting below 1
    // (batchTokens: below 0).
    Batcher(std::vector<int64_t> lengths, BatchSettings settings);

    // Packs differ from epoch to epoch, and so may the number of steps. Never 0 where there is a
    // sample.
    int64_t stepsPerEpoch(int64_t epoch);

    // The micro-batches of one step, `accumulate` of them; the last step of an epoch may have
    // fewer. Every sample is in exactly one step of an epoch, of a mixture as often as it says.
    // 0 ≤ index < stepsPerEpoch(epoch).
    std::vector<MicroBatch> step(int64_t epoch, int64_t index);

    // How full the epoch's packs are, 0…1; 1 without packing.
    double fill(int64_t epoch);

private:
    void plan(int64_t epoch);
    std::vector<int64_t> orderOf(int64_t epoch) const;
    std::vector<Pack> unitsOf(const std::vector<int64_t>& order) const;

    std::vector<int64_t> m_lengths;
    BatchSettings m_settings;
    int64_t m_epoch = -1; // of the plan
    double m_fill = 1;
    std::vector<MicroBatch> m_batches;
};

} // namespace engine::data
