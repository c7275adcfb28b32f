// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/attention.h"

#include "engine/kernels/attention.h"
#include "engine/nn/kv_cache.h"

#include <cmath>

namespace engine::nn {

namespace {

// Puts `prefix` [p, kvHeads, headDim] before every sequence of `x` [tokens, kvHeads, headDim].
at::Tensor
withPrefix(const at::Tensor& x, const at::Tensor& prefix, const std::vector<int64_t>& offsets)
{
    std::vector<at::Tensor> parts;
    for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
        parts.push_back(prefix.to(x.scalar_type()));
        parts.push_back(x.narrow(0, offsets[i], offsets[i + 1] - offsets[i]));
    }
    return parts.empty() ? x : at::cat(parts);
}

} // namespace

Attention::Attention(AttentionShape shape,
                     std::vector<std::unique_ptr<Linear>> inputs,
                     std::unique_ptr<Linear> output,
                     const kernels::RotaryTable* rotary)
    : m_shape(shape), m_inputs(std::move(inputs)), m_output(std::move(output)), m_rotary(rotary)
{
}

at::Tensor Attention::forward(const at::Tensor& x, const Pass& pass, int64_t layer) const
{
    std::vector<const Linear*> inputs;
    for (const auto& input : m_inputs) {
        inputs.push_back(input.get());
    }
    std::vector<at::Tensor> qkv = forwardGroup(inputs, x, pass);
    if (qkv.size() == 1) {
        const int64_t queryWidth = m_shape.heads * m_shape.headDim;
        const int64_t keyWidth = m_shape.kvHeads * m_shape.headDim;
        qkv = qkv.front().split_with_sizes({queryWidth, keyWidth, keyWidth}, 1);
    }
    const int64_t tokens = x.size(0);
    at::Tensor q = qkv[0].reshape({tokens, m_shape.heads, m_shape.headDim});
    at::Tensor k = qkv[1].reshape({tokens, m_shape.kvHeads, m_shape.headDim});
    at::Tensor v = qkv[2].reshape({tokens, m_shape.kvHeads, m_shape.headDim});
    if (m_rotary != nullptr) {
        q = kernels::rotary(q, pass.positions, *m_rotary);
        k = kernels::rotary(k, pass.positions, *m_rotary);
    }

    kernels::Sequences sequences = pass.sequences;
    const bool fresh = pass.cache == nullptr || pass.cache->length(layer) == 0;
    if (pass.virtualTokens != nullptr && fresh) {
        const auto [keys, values] = pass.virtualTokens->prefix(layer);
        if (keys.defined()) {
            k = withPrefix(k, keys, sequences.keyOffsets);
            v = withPrefix(v, values, sequences.keyOffsets);
            for (std::size_t i = 0; i < sequences.keyOffsets.size(); ++i) {
                sequences.keyOffsets[i] += static_cast<int64_t>(i) * keys.size(0);
            }
        }
    }
    if (pass.cache != nullptr) {
        std::tie(k, v) = pass.cache->append(layer, k, v);
        sequences.keyOffsets = {0, k.size(0)};
    }

    const double scale = 1.0 / std::sqrt(static_cast<double>(m_shape.headDim));
    const at::Tensor mixed = kernels::attention(q, k, v, sequences, scale);
    return m_output->forward(mixed.reshape({tokens, m_shape.heads * m_shape.headDim}), pass);
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

} // namespace engine::nn
