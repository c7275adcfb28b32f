// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/linear.h"

namespace engine::nn {

Linear::Linear(ModuleSpec spec, at::Tensor weight, at::Tensor bias)
    : m_spec(std::move(spec)), m_weight(std::move(weight)), m_bias(std::move(bias))
{
}

at::Tensor Linear::forward(const at::Tensor& x, const Pass& pass) const
{
    const Linear* self = this;
    return forwardGroup({&self, 1}, x, pass).front();
}

bool Linear::isFusable(const Pass& pass) const
{
    return std::all_of(m_adapters.begin(), m_adapters.end(), [&pass](const Adapter* adapter) {
        return adapter->lowRank(pass).has_value();
    });
}

kernels::FrozenMatrix Linear::matrix(const Pass& pass, at::ScalarType dtype) const
{
    kernels::FrozenMatrix matrix;
    matrix.weight = m_weight.to(dtype);
    if (m_bias.defined()) {
        matrix.bias = m_bias.to(dtype);
    }
    for (const Adapter* adapter : m_adapters) {
        if (auto update = adapter->lowRank(pass)) {
            matrix.updates.push_back(std::move(*update));
        }
    }
    return matrix;
}

std::vector<at::Tensor>
forwardGroup(std::span<const Linear* const> layers, const at::Tensor& x, const Pass& pass)
{
    std::vector<kernels::FrozenMatrix> matrices;
    matrices.reserve(layers.size());
    for (const Linear* layer : layers) {
        matrices.push_back(layer->matrix(pass, x.scalar_type()));
    }
    std::vector<at::Tensor> outputs = kernels::loraLinear(x, matrices);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        for (const Adapter* adapter : layers[i]->adapters()) {
            if (!adapter->lowRank(pass)) {
                outputs[i] = adapter->forward(x, outputs[i], pass);
            }
        }
    }
    return outputs;
}

} // namespace engine::nn
