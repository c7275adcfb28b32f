// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/linear.h"

#include "engine/kernels/quantized_weight.h"

#include <algorithm>

namespace engine::nn {

Linear::Linear(ModuleSpec spec, at::Tensor weight, at::Tensor bias)
    : m_spec(std::move(spec)), m_weight(std::move(weight)), m_bias(std::move(bias))
{
}

Linear::Linear(ModuleSpec spec,
               std::shared_ptr<const kernels::QuantizedWeight> weight,
               at::Tensor bias)
    : m_spec(std::move(spec)), m_quantized(std::move(weight)), m_bias(std::move(bias))
{
}

at::Tensor Linear::product(const at::Tensor& x) const
{
    kernels::FrozenMatrix matrix;
    matrix.weight = m_weight.defined() ? m_weight.to(x.scalar_type()) : m_weight;
    matrix.quantized = m_quantized;
    return kernels::loraLinear(x, {matrix}).front();
}

at::Tensor Linear::dense(at::ScalarType dtype) const
{
    return isQuantized() ? kernels::dequantize(*m_quantized, dtype) : m_weight.to(dtype);
}

at::Tensor Linear::dense() const
{
    return isQuantized() ? dense(m_quantized->dtype) : m_weight;
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
    matrix.weight = m_weight.defined() ? m_weight.to(dtype) : m_weight;
    matrix.quantized = m_quantized;
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

at::Tensor Linear::input(const at::Tensor& x, const Pass& pass) const
{
    at::Tensor input = x;
    for (const Adapter* adapter : m_adapters) {
        input = adapter->input(input, pass);
    }
    return input;
}

std::vector<at::Tensor>
forwardGroup(std::span<const Linear* const> layers, const at::Tensor& x, const Pass& pass)
{
    std::vector<kernels::FrozenMatrix> matrices;
    std::vector<at::Tensor> inputs;
    matrices.reserve(layers.size());
    for (const Linear* layer : layers) {
        matrices.push_back(layer->matrix(pass, x.scalar_type()));
        inputs.push_back(layer->input(x, pass));
    }
    std::vector<at::Tensor> outputs;
    if (std::all_of(inputs.begin(), inputs.end(), [&x](const at::Tensor& input) {
            return input.is_same(x);
        })) {
        outputs = kernels::loraLinear(x, matrices);
    } else {
        for (std::size_t i = 0; i < layers.size(); ++i) {
            outputs.push_back(kernels::loraLinear(inputs[i], {matrices[i]}).front());
        }
    }
    for (std::size_t i = 0; i < layers.size(); ++i) {
        for (const Adapter* adapter : layers[i]->adapters()) {
            if (!adapter->lowRank(pass)) {
                outputs[i] = adapter->forward(inputs[i], outputs[i], pass);
            }
        }
    }
    return outputs;
}

} // namespace engine::nn
