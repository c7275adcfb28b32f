// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// DyLoRA attached to a decoder. Between steps it computes with all ranks; within one, over all of
// its micro-batches, with the drawn rank b. Of a module whose own rank is smaller (rank_pattern)
// that is all it has, scaled by alpha over its own rank. Compute thread only.
#pragma once

#include "engine/methods/dylora/dylora.h"
#include "engine/methods/low_rank_tuning.h"

namespace engine::methods::dylora {

// Values of `update`.
inline constexpr const char* kUpTo = "up_to";
inline constexpr const char* kSingle = "single";

class DyloraTuning final : public LowRankTuning
{
public:
    DyloraTuning(DyloraSettings settings, nn::Decoder& decoder, uint64_t seed);

    void beginStep(int64_t step, int64_t total) override;
    // `single`: takes back what ranks below the drawn one got.
    void addGradients() override;
    void endStep(int64_t step, int64_t total) override;
    bool hasSteps() const override { return true; }
    // How often each rank was drawn: what the counts of steps by rank follow from.
    std::vector<ReplacedParameter> memory() const override;
    void remember(const std::vector<ReplacedParameter>& memory) override;
    std::vector<PartialUpdate> partialUpdates() const override;
    NestedRanks* nestedRanks() override { return &ranks(); }

private:
    bool isSingle() const { return m_settings.update == kSingle; }
    // Ranks [first, end) of a module with `rank` ranks, from 0, that the running step trains.
    struct Range
    {
        int64_t first;
        int64_t end;
    };
    Range trainedOf(int64_t rank) const;
    // Steps so far that trained rank `index`, from 0, of a module with `rank` ranks.
    int64_t stepsOf(int64_t index, int64_t rank) const;

    DyloraSettings m_settings;
    uint64_t m_seed;
    int64_t m_rank;               // drawn for the running step
    std::vector<int64_t> m_draws; // of each rank from 1
};

} // namespace engine::methods::dylora
