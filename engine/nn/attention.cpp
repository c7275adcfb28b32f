// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/attention.h"

#include "engine/nn/kv_cache.h"
#include "engine/nn/widened_stream.h"

#include <cmath>

namespace engine::nn {

Attention::Attention(AttentionShape shape,
                     std::vector<std::unique_ptr<Linear>> inputs,
                     std::unique_ptr<Linear> output,
                     AttentionForm form)
    : m_shape(shape), m_inputs(std::move(inputs)), m_output(std::move(output)),
      m_form(std::move(form))
{
}

at::Tensor Attention::forward(const at::Tensor& x, const Pass& pass, int64_t layer) const
{
    Projected projected = project(x, pass);
    const int64_t width = m_shape.heads * m_shape.headDim;
    if (pass.virtualRows.defined()) {
        const auto [keys, values] = pass.virtualTokens->prefix(layer);
        if (keys.defined()) {
            projected.k = withVirtualRows(projected.k, pass, keys);
            projected.v = withVirtualRows(projected.v, pass, values);
        }
    }
    const at::Tensor mixed =
        pass.cache != nullptr
            ? attendCached(projected, pass, layer)
            : kernels::attention(projected.q, projected.k, projected.v, pass.sequences, scores());
    return m_output->forward(mixed.reshape({x.size(0), width}), pass);
}

Attention::Projected Attention::project(const at::Tensor& x, const Pass& pass) const
{
    std::vector<const Linear*> inputs;
    for (const auto& input : m_inputs) {
        inputs.push_back(input.get());
    }
    const int64_t tokens = x.size(0);
    std::vector<at::Tensor> qkv = forwardGroup(inputs, x, pass);
    if (qkv.size() == 1 && m_form.order == FusedOrder::ByHead) {
        qkv = qkv.front().reshape({tokens, m_shape.heads, 3, m_shape.headDim}).unbind(2);
    } else if (qkv.size() == 1) {
        const int64_t queryWidth = m_shape.heads * m_shape.headDim;
        const int64_t keyWidth = m_shape.kvHeads * m_shape.headDim;
        qkv = qkv.front().split_with_sizes({queryWidth, keyWidth, keyWidth}, 1);
    }
    Projected projected{qkv[0].reshape({tokens, m_shape.heads, m_shape.headDim}),
                        qkv[1].reshape({tokens, m_shape.kvHeads, m_shape.headDim}),
                        qkv[2].reshape({tokens, m_shape.kvHeads, m_shape.headDim})};
    if (m_form.queryNorm) {
        projected.q = m_form.queryNorm->forward(projected.q);
        projected.k = m_form.keyNorm->forward(projected.k);
    }
    if (m_form.rotary != nullptr) {
        projected.q = m_form.rotary->forward(projected.q, pass);
        projected.k = m_form.rotary->forward(projected.k, pass);
    }
    return projected;
}

at::Tensor
Attention::attendCached(const Projected& projected, const Pass& pass, int64_t layer) const
{
    const kernels::Sequences& sequences = pass.sequences;
    std::vector<at::Tensor> mixed;
    for (int64_t i = 0; i < sequences.count(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        const int64_t queries = sequences.queries(i);
        const auto rows = [&](const at::Tensor& x) {
            return x.narrow(0, sequences.keyOffsets[at], sequences.keys(i));
        };
        const auto [k, v] =
            pass.cache->append(layer, rows(projected.k), rows(projected.v), m_form.window, i);
        mixed.push_back(
            kernels::attention(projected.q.narrow(0, sequences.queryOffsets[at], queries),
                               k,
                               v,
                               {{0, queries}, {0, k.size(0)}},
                               scores()));
    }
    return mixed.size() == 1 ? mixed.front() : at::cat(mixed);
}

kernels::AttentionScores Attention::scores() const
{
    const double usual = 1.0 / std::sqrt(static_cast<double>(m_shape.headDim));
    return {m_form.scale == 0 ? usual : m_form.scale, m_form.window, m_form.softCap};
}

bool Attention::hasOneTableUpTo(int64_t longest) const
{
    return m_form.rotary == nullptr || longest <= m_form.rotary->limit();
}

int64_t Attention::headStride() const
{
    return m_form.order == FusedOrder::ByHead ? 3 * m_shape.headDim : m_shape.headDim;
}

std::array<int64_t, 3> Attention::fusedOffsets() const
{
    if (m_form.order == FusedOrder::ByHead) {
        return {0, m_shape.headDim, 2 * m_shape.headDim};
    }
    const int64_t queries = m_shape.heads * m_shape.headDim;
    return {0, queries, queries + m_shape.kvHeads * m_shape.headDim};
}

std::vector<Linear*> Attention::linears()
{
    std::vector<Linear*> all;
    for (const auto& input : m_inputs) {
        all.push_back(input.get());
    }
    all.push_back(m_output.get());
    return all;
}

std::vector<Norm*> Attention::norms()
{
    if (!m_form.queryNorm) {
        return {};
    }
    return {&*m_form.queryNorm, &*m_form.keyNorm};
}

} // namespace engine::nn
