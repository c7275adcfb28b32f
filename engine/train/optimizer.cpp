// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/train/optimizer.h"

#include "engine/device/failure.h"
#include "engine/kernels/profile.h"
#include "engine/kernels/registry.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

namespace engine::train {

Optimizer::Optimizer(nn::ParameterBuffer& buffer, const contract::TrainingSection& settings)
    : m_buffer(buffer), m_settings(settings),
      m_form(settings.optimizer == contract::kAdamwLoralib ? kernels::AdamwForm::Loralib
                                                           : kernels::AdamwForm::Torch)
{
    if (settings.optimizer == contract::kAdamw8bit) {
        m_packed.emplace(buffer);
        return;
    }
    m_first = at::zeros_like(buffer.values());
    m_second = at::zeros_like(buffer.values());
    m_segments = segmentsBut({});
}

std::vector<Optimizer::Segment>
Optimizer::segmentsBut(const std::vector<methods::PartialUpdate>& partial) const
{
    std::vector<bool> isLeftOut(m_buffer.size());
    for (const methods::PartialUpdate& part : partial) {
        isLeftOut[part.tensor] = true;
    }
    std::vector<Segment> segments;
    for (std::size_t i = 0; i < m_buffer.size(); ++i) {
        const nn::TrainableTensor& tensor = m_buffer.tensors()[i];
        if (isLeftOut[i]) {
            continue;
        }
        const bool continues =
            !segments.empty() && segments.back().begin + segments.back().count == m_buffer.offset(i)
            && segments.back().learningRateFactor == tensor.learningRateFactor
            && segments.back().decays == tensor.decays;
        if (continues) {
            segments.back().count += tensor.numel();
        } else {
            segments.push_back(
                {m_buffer.offset(i), tensor.numel(), tensor.learningRateFactor, tensor.decays});
        }
    }
    return segments;
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

void Optimizer::step(double learningRate, const std::vector<methods::PartialUpdate>& partial)
{
    const kernels::ProfileScope scope(kernels::Part::Optimizer);
    ++m_steps;
    if (m_packed) {
        stepPacked(learningRate, partial);
        return;
    }
    for (const methods::PartialUpdate& part : partial) {
        updatePart(part, learningRate);
    }
    for (const Segment& segment : partial.empty() ? m_segments : segmentsBut(partial)) {
        at::Tensor values = m_buffer.values().narrow(0, segment.begin, segment.count);
        at::Tensor first = m_first.narrow(0, segment.begin, segment.count);
        at::Tensor second = m_second.narrow(0, segment.begin, segment.count);
        kernels::adamwStep(values,
                           m_buffer.gradients().narrow(0, segment.begin, segment.count),
                           first,
                           second,
                           m_steps,
                           settingsOf(segment.learningRateFactor, segment.decays, learningRate));
    }
}

void Optimizer::stepPacked(double learningRate, const std::vector<methods::PartialUpdate>& partial)
{
    if (!partial.empty()) {
        throw Failure(code::kUnsupported,
                      "adamw_8bit rounds whole tensors in every step, and this method leaves rows "
                      "of them as they are",
                      "Set training.optimizer to adamw, or method.masked_optimizer to false",
                      "training.optimizer");
    }
    for (std::size_t i = 0; i < m_buffer.size(); ++i) {
        const nn::TrainableTensor& tensor = m_buffer.tensors()[i];
        m_packed->update(m_buffer,
                         i,
                         m_steps,
                         settingsOf(tensor.learningRateFactor, tensor.decays, learningRate));
    }
}

void Optimizer::updatePart(const methods::PartialUpdate& part, double learningRate)
{
    const nn::TrainableTensor& tensor = m_buffer.tensors()[part.tensor];
    const auto count = static_cast<int64_t>(part.steps.size());
    const auto partOf = [&](const at::Tensor& numbers) {
        return numbers.narrow(0, m_buffer.offset(part.tensor), tensor.numel())
            .view(tensor.shape)
            .narrow(part.axis, part.first, count);
    };
    at::Tensor values = partOf(m_buffer.values());
    at::Tensor first = partOf(m_first);
    at::Tensor second = partOf(m_second);
    const at::Tensor steps = at::tensor(part.steps, at::kDouble).unsqueeze(1 - part.axis);
    kernels::adamwStepBySteps(values,
                              partOf(m_buffer.gradients()),
                              first,
                              second,
                              steps,
                              settingsOf(tensor.learningRateFactor, tensor.decays, learningRate));
}

bool Optimizer::isRecordable() const
{
    return m_form == kernels::AdamwForm::Torch && !m_packed;
}

kernels::AdamwSettings
Optimizer::settingsOf(double learningRateFactor, bool decays, double learningRate) const
{
    kernels::AdamwSettings adamw;
    adamw.form = m_form;
    adamw.learningRate = learningRate * learningRateFactor;
    adamw.beta1 = m_settings.beta1;
    adamw.beta2 = m_settings.beta2;
    adamw.epsilon = m_settings.epsilon;
    adamw.weightDecay = decays ? m_settings.weightDecay : 0;
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
            settingsOf(segment.learningRateFactor, segment.decays, /*learningRate=*/1));
    }
}

std::vector<std::pair<std::string, at::Tensor>> Optimizer::stored() const
{
    if (m_packed) {
        return m_packed->stored();
    }
    return {{"first_moments", m_first}, {"second_moments", m_second}};
}

} // namespace engine::train
