// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/parameter_buffer.h"

#include <numeric>

namespace engine::nn {

int64_t TrainableTensor::numel() const
{
    return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

ParameterBuffer::ParameterBuffer(std::vector<TrainableTensor> tensors, at::Device device)
    : m_tensors(std::move(tensors))
{
    int64_t numbers = 0;
    for (const TrainableTensor& tensor : m_tensors) {
        m_offsets.push_back(numbers);
        numbers += tensor.numel();
    }
    m_values = at::zeros({numbers}, at::dtype(at::kFloat).device(device));
    m_gradients = at::zeros_like(m_values);
    for (std::size_t i = 0; i < m_tensors.size(); ++i) {
        at::Tensor leaf = viewOf(m_values, i);
        leaf.set_requires_grad(true);
        leaf.mutable_grad() = viewOf(m_gradients, i);
        m_leaves.push_back(std::move(leaf));
    }
}

at::Tensor ParameterBuffer::viewOf(const at::Tensor& flat, std::size_t index) const
{
    const TrainableTensor& tensor = m_tensors[index];
    return flat.narrow(0, m_offsets[index], tensor.numel()).view(tensor.shape).detach();
}

void ParameterBuffer::moveTo(at::Tensor values, at::Tensor gradients)
{
    values.copy_(m_values);
    gradients.copy_(m_gradients);
    m_values = std::move(values);
    m_gradients = std::move(gradients);
    for (std::size_t i = 0; i < m_tensors.size(); ++i) {
        m_leaves[i].set_data(viewOf(m_values, i));
        m_leaves[i].mutable_grad() = viewOf(m_gradients, i);
    }
}

} // namespace engine::nn
