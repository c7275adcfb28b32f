// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The gradients of a block's weights that are trained themselves (kernels/weight_gradient.h), from
// the rows that its backward leaves in the buffers. Bytes: what the block's products read, packed
// once more.
#pragma once

#include "engine/kernels/weight_gradient.h"
#include "engine/nn/stack_buffers.h"

namespace engine::nn {

template <typename T>
class StackWeights
{
public:
    void add(const StackPlan& plan,
             const StackBuffers& buffers,
             std::size_t block,
             kernels::PoolTeam& team);

private:
    std::array<kernels::PackedRows, kProducts> m_inputs;
};

} // namespace engine::nn
