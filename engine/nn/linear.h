// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A frozen linear layer with adapter slots: y = x Wᵀ + b, plus what its adapters add. Its weight is
// dense, or quantised and made dense only for the time of a product. Compute thread only.
#pragma once

#include "engine/nn/adapter.h"
#include "engine/nn/blueprint.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <span>
#include <vector>

namespace engine::nn {

class Linear
{
public:
    //   weight  [out, in]; for a Conv1d module a transposed view of the stored [in, out]
    //   bias    [out] or undefined
    Linear(ModuleSpec spec, at::Tensor weight, at::Tensor bias);
    Linear(ModuleSpec spec,
           std::shared_ptr<const kernels::QuantizedWeight> weight,
           at::Tensor bias);

    // x [tokens, in] → [tokens, out], in x's dtype.
    at::Tensor forward(const at::Tensor& x, const Pass& pass) const;
    // x [tokens, in] → x Wᵀ [tokens, out] alone, in x's dtype.
    at::Tensor product(const at::Tensor& x) const;

    const ModuleSpec& spec() const { return m_spec; }
    bool isQuantized() const { return m_quantized != nullptr; }
    // Null for a dense weight.
    const std::shared_ptr<const kernels::QuantizedWeight>& quantized() const { return m_quantized; }
    // W [out, in] in `dtype`; a new tensor where it is quantised.
    at::Tensor dense(at::ScalarType dtype) const;
    // The same in the type that it is stored in, or was before it was quantised.
    at::Tensor dense() const;
    // Undefined where it is quantised.
    at::Tensor& weight() { return m_weight; }
    const at::Tensor& weight() const { return m_weight; }
    at::Tensor& bias() { return m_bias; }
    const at::Tensor& bias() const { return m_bias; }

    void attach(const Adapter* adapter) { m_adapters.push_back(adapter); }
    void detach(const Adapter* adapter) { std::erase(m_adapters, adapter); }
    const std::vector<const Adapter*>& adapters() const { return m_adapters; }
    // x, or what its adapters make of it: [tokens, in].
    at::Tensor input(const at::Tensor& x, const Pass& pass) const;
    // No adapter, or only low-rank ones: the fused forms apply.
    bool isFusable(const Pass& pass) const;
    // Weight, bias and low-rank updates as the fused parts take them; bias and a dense weight in
    // `dtype`.
    kernels::FrozenMatrix matrix(const Pass& pass, at::ScalarType dtype) const;

private:
    ModuleSpec m_spec;
    at::Tensor m_weight;
    std::shared_ptr<const kernels::QuantizedWeight> m_quantized;
    at::Tensor m_bias;
    std::vector<const Adapter*> m_adapters;
};

// Several layers that read the same x [tokens, in], in one read: their outputs in order.
std::vector<at::Tensor>
forwardGroup(std::span<const Linear* const> layers, const at::Tensor& x, const Pass& pass);

} // namespace engine::nn
