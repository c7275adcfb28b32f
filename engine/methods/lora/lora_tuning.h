// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// LoRA attached to a decoder: trains the factors and the parameters of its plan.
// Compute thread only. The decoder must outlive it.
#pragma once

#include "engine/methods/lora/lora_adapter.h"
#include "engine/methods/lora/lora_embedding.h"
#include "engine/methods/lora/lora_plan.h"
#include "engine/methods/trainable_mask.h"

#include <memory>
#include <string>
#include <vector>

namespace engine::methods::lora {

class LoraTuning final : public Tuning
{
public:
    // `seed`: of the run. Throws as planOf.
    LoraTuning(LoraSettings settings, nn::Decoder& decoder, uint64_t seed);
    LoraTuning(const LoraTuning&) = delete;
    LoraTuning& operator=(const LoraTuning&) = delete;
    ~LoraTuning() override;

    nn::ParameterBuffer& parameters() override { return m_buffer; }
    AdapterState state() const override;
    void load(const AdapterState& state) override;

private:
    // The update of slot `index`; its tensors are the trained ones.
    LowRankFactors factors(std::size_t index) const;
    void initialise(uint64_t seed);
    void attachAdapters();

    LoraSettings m_settings;
    nn::Decoder& m_decoder;
    Plan m_plan;
    nn::ParameterBuffer m_buffer;
    TrainableMask m_mask;
    std::vector<std::pair<nn::Linear*, std::unique_ptr<LoraAdapter>>> m_adapters;
    std::vector<std::unique_ptr<LoraEmbedding>> m_embeddings;
};

} // namespace engine::methods::lora
