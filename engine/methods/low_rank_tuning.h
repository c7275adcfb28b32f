// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Low-rank updates attached to a decoder: trains the factors and the parameters of its plan.
// Compute thread only. The decoder must outlive it.
#pragma once

#include "engine/methods/low_rank_adapter.h"
#include "engine/methods/low_rank_embedding.h"
#include "engine/methods/low_rank_plan.h"
#include "engine/methods/nested_ranks.h"
#include "engine/methods/trainable_mask.h"

#include <memory>
#include <string>
#include <vector>

namespace engine::methods {

class LowRankTuning : public Tuning
{
public:
    // `method`: id of whose states these are; `seed`: of the run. Throws as lowRankPlan.
    LowRankTuning(std::string_view method,
                  LowRankSettings settings,
                  nn::Decoder& decoder,
                  uint64_t seed);
    LowRankTuning(const LowRankTuning&) = delete;
    LowRankTuning& operator=(const LowRankTuning&) = delete;
    ~LowRankTuning() override;

    nn::ParameterBuffer& parameters() override { return m_buffer; }
    AdapterState state() const override;
    void load(const AdapterState& state) override;

protected:
    // Tensor 2 i of the buffer is A of slot i, tensor 2 i + 1 its B.
    const LowRankPlan& plan() const { return m_plan; }
    NestedRanks& ranks() { return m_ranks; }

private:
    // The update of slot `index`; its tensors are the trained ones.
    LowRankFactors factors(std::size_t index) const;
    void initialise(uint64_t seed);
    void attachAdapters();

    std::string_view m_method;
    LowRankSettings m_settings;
    nn::Decoder& m_decoder;
    LowRankPlan m_plan;
    nn::ParameterBuffer m_buffer;
    TrainableMask m_mask;
    std::vector<std::pair<nn::Linear*, std::unique_ptr<LowRankAdapter>>> m_adapters;
    std::vector<std::unique_ptr<LowRankEmbedding>> m_embeddings;
    NestedRanks m_ranks;
};

} // namespace engine::methods
