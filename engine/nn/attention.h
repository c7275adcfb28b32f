// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Multi-head self-attention with grouped keys over packed sequences. It is handed its projections
// and does not know whether they are plain, quantised or adapted.
#pragma once

#include "engine/kernels/rotary.h"
#include "engine/nn/linear.h"

#include <memory>
#include <vector>

namespace engine::nn {

struct AttentionShape
{
    int64_t heads = 0;
    int64_t kvHeads = 0;
    int64_t headDim = 0;
};

class Attention
{
public:
    //   inputs  one fused layer whose output is [q | k | v], or the three layers q, k, v
    //   rotary  the table of all blocks; null for learned positions. Must outlive this.
    Attention(AttentionShape shape,
              std::vector<std::unique_ptr<Linear>> inputs,
              std::unique_ptr<Linear> output,
              const kernels::RotaryTable* rotary);

    // x [tokens, hidden] → [tokens, hidden].
    at::Tensor forward(const at::Tensor& x, const Pass& pass, int64_t layer) const;

    std::vector<Linear*> linears();

    const AttentionShape& shape() const { return m_shape; }
    const std::vector<std::unique_ptr<Linear>>& inputs() const { return m_inputs; }
    const Linear& output() const { return *m_output; }
    const kernels::RotaryTable* rotary() const { return m_rotary; }

private:
    AttentionShape m_shape;
    std::vector<std::unique_ptr<Linear>> m_inputs;
    std::unique_ptr<Linear> m_output;
    const kernels::RotaryTable* m_rotary;
};

} // namespace engine::nn
