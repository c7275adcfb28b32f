// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Low-rank updates attached to a decoder: trains the factors and the parameters of its plan.
// Compute thread only. The decoder must outlive it.
#pragma once

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
    // What started inside the base is a plain update of twice the rank: any program loads it on the
    // original base.
    AdapterState state() const override;
    void load(const AdapterState& state) override;
    std::vector<ReplacedParameter> memory() const override;
    void remember(const std::vector<ReplacedParameter>& memory) override;

protected:
    // Tensor 2 i of the buffer is A of slot i, tensor 2 i + 1 its B.
    const LowRankPlan& plan() const { return m_plan; }
    NestedRanks& ranks() { return m_ranks; }

private:
    // The update of slot `index`; its tensors are the trained ones.
    LowRankFactors factors(std::size_t index) const;
    LowRankFactors plainFactors(std::size_t index) const;
    void take(std::size_t index, const LowRankFactors& plain);
    // [out, in]; of an embedding [width, rows of the embedding].
    at::Tensor weightOf(std::size_t index) const;
    at::Tensor baseNorms(std::size_t index) const;
    std::vector<kernels::LowRank> updatesOf(std::size_t index) const;
    void initialise(uint64_t seed);
    void attachAdapters();
    void attachEmbedding(const LowRankFactors& trained);

    std::string_view m_method;
    LowRankSettings m_settings;
    nn::Decoder& m_decoder;
    LowRankPlan m_plan;
    nn::ParameterBuffer m_buffer;
    TrainableMask m_mask;
    // With a start inside the base (startsInsideBase) the −s · B₀ A₀ of every slot: frozen updates
    // beside the trained ones, so that the base itself is never written to.
    std::vector<kernels::LowRank> m_starts;
    std::vector<std::pair<nn::Linear*, std::unique_ptr<nn::Adapter>>> m_adapters;
    std::vector<std::unique_ptr<nn::EmbeddingAdapter>> m_embeddings;
    NestedRanks m_ranks;
};

} // namespace engine::methods
