// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The state of training.optimizer adamw_8bit: moments of large tensors in 8 bits, of small ones in
// float32, always in this machine's memory. Compute thread only.
#pragma once

#include "engine/kernels/adamw_8bit.h"
#include "engine/nn/parameter_buffer.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace engine::train {

class PackedMomentStore
{
public:
    explicit PackedMomentStore(const nn::ParameterBuffer& buffer);

    // Updates one tensor of the buffer; where that is on a device, the numbers come here and go
    // back.
    void update(nn::ParameterBuffer& buffer,
                std::size_t tensor,
                int64_t step,
                const kernels::AdamwSettings& settings);

    // What a checkpoint holds, by name: first_codes, first_scales, second_codes, second_scales of
    // the large tensors one after the other, first_moments and second_moments of the small ones.
    std::vector<std::pair<std::string, at::Tensor>> stored() const;

private:
    struct Place
    {
        int64_t numbers; // first of the large tensors' codes, or of the small ones' moments
        int64_t blocks;  // first of the scales
    };

    std::vector<Place> m_places; // one per tensor of the buffer
    kernels::PackedMoments m_large;
    at::Tensor m_smallFirst;
    at::Tensor m_smallSecond;
};

} // namespace engine::train
