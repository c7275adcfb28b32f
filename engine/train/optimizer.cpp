// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/train/optimizer.h"

#include "engine/kernels/profile.h"
#include "engine/kernels/registry.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/zeros.h>

namespace engine::train {

Optimizer::Optimizer(nn::ParameterBuffer& buffer, const contract::TrainingSection& settings)
    : m_buffer(buffer), m_settings(settings), m_first(at::zeros_like(buffer.values())),
      m_second(at::zeros_like(buffer.values()))
{
    for (std::size_t i = 0; i < buffer.size(); ++i) {
        const nn::TrainableTensor& tensor = buffer.tensors()[i];
        const bool continues = !m_segments.empty()
                               && m_segments.back().learningRateFactor == tensor.learningRateFactor
                               && m_segments.back().decays == tensor.decays;
        if (continues) {
            m_segments.back().count += tensor.numel();
        } else {
            m_segments.push_back(
                {buffer.offset(i), tensor.numel(), tensor.learningRateFactor, tensor.decays});
        }
    }
}

double Optimizer::clipGradients()
{
    const kernels::ProfileScope scope(kernels::Part::Optimizer);
    const double norm = at::linalg_vector_norm(m_buffer.gradients()).item<double>();
    const double factor =
        m_settings.maxGradNorm / (norm + 1e-6); // as torch.nn.utils.clip_grad_norm_
    if (m_settings.maxGradNorm > 0 && factor < 1) {
        m_buffer.gradients().mul_(factor);
    }
    return norm;
}

void Optimizer::step(double learningRate)
{
    const kernels::ProfileScope scope(kernels::Part::Optimizer);
    ++m_steps;
    for (const Segment& segment : m_segments) {
        at::Tensor values = m_buffer.values().narrow(0, segment.begin, segment.count);
        at::Tensor first = m_first.narrow(0, segment.begin, segment.count);
        at::Tensor second = m_second.narrow(0, segment.begin, segment.count);
        kernels::adamwStep(values,
                           m_buffer.gradients().narrow(0, segment.begin, segment.count),
                           first,
                           second,
                           m_steps,
                           settingsOf(segment, learningRate));
    }
}

kernels::AdamwSettings Optimizer::settingsOf(const Segment& segment, double learningRate) const
{
    kernels::AdamwSettings adamw;
    adamw.learningRate = learningRate * segment.learningRateFactor;
    adamw.beta1 = m_settings.beta1;
    adamw.beta2 = m_settings.beta2;
    adamw.epsilon = m_settings.epsilon;
    adamw.weightDecay = segment.decays ? m_settings.weightDecay : 0;
    return adamw;
}

at::Tensor& Optimizer::control()
{
    if (!m_control.defined()) {
        m_control = at::zeros({3}, m_buffer.values().options());
    }
    return m_control;
}

at::Tensor Optimizer::clipOnDevice()
{
    return kernels::deviceKernels().clipFactor(
        m_buffer.gradients(), m_settings.maxGradNorm, control());
}

void Optimizer::prepareOnDevice(double learningRate)
{
    ++m_steps;
    const bool isCpu = control().is_cpu();
    const at::Tensor next = at::empty({2}, at::dtype(at::kFloat).pinned_memory(!isCpu));
    auto* numbers = next.mutable_data_ptr<float>();
    numbers[0] = static_cast<float>(learningRate);
    numbers[1] = static_cast<float>(m_steps);
    control().narrow(0, 0, 2).copy_(next, /*non_blocking=*/!isCpu);
}

void Optimizer::updateOnDevice()
{
    for (const Segment& segment : m_segments) {
        at::Tensor values = m_buffer.values().narrow(0, segment.begin, segment.count);
        at::Tensor first = m_first.narrow(0, segment.begin, segment.count);
        at::Tensor second = m_second.narrow(0, segment.begin, segment.count);
        kernels::deviceKernels().adamwByControl(
            values,
            m_buffer.gradients().narrow(0, segment.begin, segment.count),
            first,
            second,
            control(),
            settingsOf(segment, /*learningRate=*/1));
    }
}

void Optimizer::restore(int64_t steps, const at::Tensor& first, const at::Tensor& second)
{
    m_steps = steps;
    m_first.copy_(first);
    m_second.copy_(second);
}

} // namespace engine::train
