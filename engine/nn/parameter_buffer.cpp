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
        const int64_t count = m_tensors[i].numel();
        at::Tensor leaf = m_values.narrow(0, m_offsets[i], count).view(m_tensors[i].shape).detach();
        leaf.set_requires_grad(true);
        leaf.mutable_grad() =
            m_gradients.narrow(0, m_offsets[i], count).view(m_tensors[i].shape).detach();
        m_leaves.push_back(std::move(leaf));
    }
}

} // namespace engine::nn
