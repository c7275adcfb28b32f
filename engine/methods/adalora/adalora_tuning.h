// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// AdaLoRA attached to a decoder: trains the triplets, keeps their vectors near orthogonal and
// switches off those over the budget. Compute thread only. The decoder must outlive it.
#pragma once

#include "engine/methods/adalora/rank_allocator.h"
#include "engine/methods/attached_adapters.h"
#include "engine/methods/method.h"

#include <vector>

namespace engine::methods::adalora {

class AdaloraTuning final : public Tuning
{
public:
    // `settings` complete. Throws as chosenLinears.
    AdaloraTuning(contract::Value settings, nn::Decoder& decoder, uint64_t seed);
    AdaloraTuning(const AdaloraTuning&) = delete;
    AdaloraTuning& operator=(const AdaloraTuning&) = delete;

    nn::ParameterBuffer& parameters() override { return m_buffer; }
    AdapterState state() const override;
    void load(const AdapterState& state) override;

    // Throws Failure(bad_field) where a run of that many steps leaves none to allocate in.
    void beginStep(int64_t step, int64_t total) override;
    // Of orth_reg_weight times the mean over all A and B of ‖A Aᵀ − 1‖ and ‖Bᵀ B − 1‖.
    void addGradients() override;
    void endStep(int64_t step, int64_t total) override;
    bool hasSteps() const override { return true; }
    std::vector<ReplacedParameter> memory() const override { return m_allocator.memory(); }
    void remember(const std::vector<ReplacedParameter>& memory) override
    {
        m_allocator.remember(memory);
    }

private:
    at::Tensor gradientOf(std::size_t index);

    contract::Value m_given;
    AdaloraSettings m_settings;
    nn::Decoder& m_decoder;
    std::vector<Target> m_targets;
    nn::ParameterBuffer m_buffer;
    RankAllocator m_allocator;
    int64_t m_total = 0; // steps of the run; 0 before the first
    AttachedAdapters m_updates;
};

// What PEFT computes with: of each target A · E and B, of the triplets that are left.
void derive(AdapterState& state, const nn::Blueprint& blueprint);

} // namespace engine::methods::adalora
