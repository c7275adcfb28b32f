// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Which triplets of AdaLoRA are left: their importance, smoothed over the steps, against a budget
// that shrinks. Source: Zhang et al. 2023, sections 3.2 and 3.3; peft (tuners/adalora/layer.py,
// RankAllocator). Compute thread only.
#pragma once

#include "engine/methods/adalora/adalora_plan.h"
#include "engine/methods/adapter_state.h"

#include <vector>

namespace engine::methods::adalora {

class RankAllocator
{
public:
    // `buffer` holds A, B and E of `targets` targets and must outlive this.
    RankAllocator(const AdaloraSettings& settings, nn::ParameterBuffer& buffer);

    // After update number `step` (from 1) of `total`, with the gradients that made it: weighs, and
    // switches off what is over the budget by setting its E to 0.
    void allocate(int64_t step, int64_t total);

    // Triplets of the whole model that may be left after this step. Source: equation 11.
    int64_t budget(int64_t step, int64_t total) const;
    // Of each target [initial rank], true where the triplet is left; undefined before any choice.
    const at::Tensor& kept() const { return m_kept; }

    // What exact resume needs.
    std::vector<ReplacedParameter> memory() const;
    void remember(const std::vector<ReplacedParameter>& memory);

private:
    int64_t targets() const { return static_cast<int64_t>(m_buffer.size()) / 3; }
    void weigh();
    // [targets, initial rank].
    at::Tensor importance() const;
    void choose(int64_t budget);
    void switchOff();

    AdaloraSettings m_settings;
    nn::ParameterBuffer& m_buffer;
    at::Tensor m_sensitivity; // [numbers] of the buffer, smoothed
    at::Tensor m_uncertainty;
    at::Tensor m_kept; // bool [targets, initial rank]
};

} // namespace engine::methods::adalora
