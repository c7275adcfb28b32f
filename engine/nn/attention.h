// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Multi-head self-attention with grouped keys over packed sequences. It is handed its projections
// and does not know whether they are plain, quantised or adapted.
#pragma once

#include "engine/kernels/attention.h"
#include "engine/kernels/attention_window.h"
#include "engine/nn/linear.h"
#include "engine/nn/norm.h"
#include "engine/nn/rotary.h"

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace engine::nn {

struct AttentionShape
{
    int64_t heads = 0;
    int64_t kvHeads = 0;
    int64_t headDim = 0;
};

// The order of rows in one fused layer: all of q, then k, then v; or q, k and v of each head
// together (GPT-NeoX).
enum class FusedOrder { ByPart, ByHead };

// What families vary beside the sizes.
struct AttentionForm
{
    const Rotary* rotary = nullptr; // null: learned positions. Must outlive the attention.
    double scale = 0;               // of the scores; 0: 1 / √headDim
    int64_t window = 0;             // keys that a query sees, its own included; 0: all before it
    double softCap = 0;             // of the scores; 0: none
    FusedOrder order = FusedOrder::ByPart;
    std::optional<Norm> queryNorm = {}; // over each head, before the rotation
    std::optional<Norm> keyNorm = {};
};

class Attention
{
public:
    //   inputs  one fused layer, or the three layers q, k, v
    Attention(AttentionShape shape,
              std::vector<std::unique_ptr<Linear>> inputs,
              std::unique_ptr<Linear> output,
              AttentionForm form);

    // x [tokens, hidden] → [tokens, hidden].
    at::Tensor forward(const at::Tensor& x, const Pass& pass, int64_t layer) const;

    std::vector<Linear*> linears();
    std::vector<Norm*> norms(); // of queries and keys; empty: none

    // Whether sequences of up to `longest` tokens are rotated by one table.
    bool hasOneTableUpTo(int64_t longest) const;

    const AttentionShape& shape() const { return m_shape; }
    const std::vector<std::unique_ptr<Linear>>& inputs() const { return m_inputs; }
    const Linear& output() const { return *m_output; }
    const Rotary* rotary() const { return m_form.rotary; }
    double scoreScale() const { return scores().scale; }
    double softCap() const { return m_form.softCap; }
    // Keys that a query sees, its own included.
    int64_t window() const { return m_form.window == 0 ? kernels::kNoWindow : m_form.window; }
    // From one head of q, of k or of v to the next, among its layer's outputs.
    int64_t headStride() const;
    // Of one fused layer: where q, k and v begin among its outputs.
    std::array<int64_t, 3> fusedOffsets() const;
    // Over each head, before the rotation; both or neither (null).
    const Norm* queryNorm() const { return m_form.queryNorm ? &*m_form.queryNorm : nullptr; }
    const Norm* keyNorm() const { return m_form.keyNorm ? &*m_form.keyNorm : nullptr; }

private:
    struct Projected
    {
        at::Tensor q; // [tokens, heads, headDim]
        at::Tensor k; // [tokens, kvHeads, headDim]
        at::Tensor v;
    };
    Projected project(const at::Tensor& x, const Pass& pass) const;
    kernels::AttentionScores scores() const;
    // Every sequence over its cached keys and values and the new ones.
    at::Tensor attendCached(const Projected& projected, const Pass& pass, int64_t layer) const;

    AttentionShape m_shape;
    std::vector<std::unique_ptr<Linear>> m_inputs;
    std::unique_ptr<Linear> m_output;
    AttentionForm m_form;
};

} // namespace engine::nn
